"""Vtrix: what its errors mean, in every shape that was seen of them."""

import pytest
from support.shell import Shell
from support.stub import Say, Stub
from support.vtrix_stub import CREATED, run, task

ERRORS: list[tuple[object, str]] = [
    ({"code": "002014001", "message": "out of memory"}, "Vtrix failed the job: out of memory (002014001)."),
    ({"code": 500, "error_message": "out of memory"}, "Vtrix failed the job: out of memory (500)."),
    ("out of memory", "Vtrix failed the job: out of memory."),
    (None, "Vtrix failed the job."),
    ({}, "Vtrix failed the job."),
]


@pytest.mark.parametrize(("error", "message"), ERRORS)
def test_a_failed_task_says_why_in_every_shape(shell: Shell, stub: Stub, error: object, message: str) -> None:
    task(stub, {**CREATED, "status": "failed", "error": error})

    ran = run(shell, stub)

    assert (ran.code, ran.json["error"]["message"]) == (7, message)
    assert shell.run("jobs", "list", "--json").json[0]["state"] == "failed"


def test_a_task_that_moderation_refused_is_6(shell: Shell, stub: Stub) -> None:
    error = {"code": "content_moderated", "message": "the request was refused"}
    task(stub, {**CREATED, "status": "failed", "error": error})

    ran = run(shell, stub)

    assert (ran.code, ran.json["error"]["code"]) == (6, "moderated")
    assert shell.run("jobs", "list", "--json").json[0]["state"] == "moderated"


REFUSALS: list[tuple[int, object, int, str]] = [
    (401, {"error": {"code": "unauthorized", "message": "bad token"}}, 3, "Vtrix rejected the key: bad token."),
    (402, {"status": {"code": 40201, "message": "no credits", "error_code": "x"}, "data": None}, 4, "no credits"),
    (403, {"message": "forbidden"}, 4, "its balance is too low, or it has no permission: forbidden."),
    (400, {"error": "input is required"}, 2, "Vtrix refused the request with 400: input is required."),
    (422, {"detail": [{"loc": ["body", "input"], "msg": "required"}]}, 2, "input: required"),
    (404, {"detail": "no such route"}, 2, "no such route"),
    (301, b"", 7, "a redirect, which is not followed"),
]


@pytest.mark.parametrize(("status", "body", "code", "said"), REFUSALS, ids=[str(case[0]) for case in REFUSALS])
def test_a_refusal_at_the_create_ends_it(
    shell: Shell, stub: Stub, status: int, body: object, code: int, said: str
) -> None:
    task(stub, create=Say(status=status, body=body, headers={"Location": f"{stub.url}/elsewhere"}))

    ran = run(shell, stub)

    assert ran.code == code
    assert said in ran.json["error"]["message"]
    assert shell.run("jobs", "list", "--json").json[0]["state"] == "rejected"
    assert len(stub.seen) == 1, "the other body shape is never tried unasked"


@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_body_names_the_switch(shell: Shell, stub: Stub, status: int) -> None:
    task(stub, create=Say(status=status, body={"error": "input is required"}))

    assert "`flux2 config set vtrix.body flat`" in run(shell, stub).json["error"]["hint"]
