"""Black Forest Labs: what its errors mean, at the create and at the end of a job."""

from typing import Any

import pytest
from support.bfl_stub import JOB, created, job, ready, run, state
from support.shell import Shell
from support.stub import Say, Stub

ENDS: list[tuple[dict[str, Any], int, str, str]] = [
    ({"status": "Request Moderated"}, 6, "moderated", "moderation refused the request."),
    (
        {"status": "Content Moderated", "result": None, "details": {"Moderation Reasons": ["Sexual", "Violence"]}},
        6,
        "moderated",
        "moderation refused the image: Sexual, Violence.",
    ),
    ({"status": "Error", "error": "content_policy_violation", "message": "no"}, 6, "moderated", "no."),
    ({"status": "Error", "error": "generation_timeout", "message": "took too long"}, 7, "failed", "took too long."),
    ({"status": "Error", "error": {"code": "internal_error", "message": "boom"}}, 7, "failed", "boom."),
    ({"status": "Error"}, 7, "failed", "Black Forest Labs failed the job."),
    ({"state": "Failed", "details": "boom"}, 7, "failed", "boom."),
    ({"status": "Error", "error": "invalid_image", "message": "not an image"}, 2, "failed", "not an image."),
]


@pytest.mark.parametrize(("reply", "code", "ended", "said"), ENDS)
def test_every_end_has_its_exit_code(
    shell: Shell, stub: Stub, reply: dict[str, Any], code: int, ended: str, said: str
) -> None:
    job(stub, {"id": JOB, **reply})

    ran = run(shell, stub)

    assert ran.code == code
    assert said in ran.json["error"]["message"]
    assert state(shell) == ended
    assert len(stub.posts()) == 1


REFUSALS: list[tuple[int, object, int, str, str]] = [
    (401, {"detail": "Not authenticated"}, 3, "rejected the key: Not authenticated.", "flux2 keys list"),
    (403, {"detail": "Not authenticated"}, 3, "rejected the key", "flux2 keys list"),
    (403, {"detail": "Insufficient credits"}, 4, "for lack of credits", "buy credits"),
    (402, {"detail": "Insufficient credits"}, 4, "for lack of credits: Insufficient credits.", "waiting does not help"),
    (422, {"detail": [{"loc": ["body", "width"], "msg": "too small", "type": "x"}]}, 2, "width: too small", ""),
    (422, {"detail": "prompt is missing"}, 2, "prompt is missing", ""),
    (400, {"error": "bad_request", "message": "no prompt", "details": {}}, 2, "no prompt", ""),
    (400, {}, 2, "refused the request with 400.", ""),
    (400, b"", 2, "or Black Forest Labs itself, answered 400 without a body.", "FLUX2_BFL_URL"),
    (404, {"detail": "Not Found"}, 2, "Not Found", ""),
    (307, b"", 7, "a redirect, which is not followed", "FLUX2_BFL_URL"),
]


@pytest.mark.parametrize(("status", "body", "code", "said", "hint"), REFUSALS)
def test_a_refusal_at_the_create_ends_it(
    shell: Shell, stub: Stub, status: int, body: object, code: int, said: str, hint: str
) -> None:
    job(stub, create=Say(status=status, body=body, headers={"Location": f"{stub.url}/elsewhere"}))

    ran = run(shell, stub)

    assert ran.code == code
    assert said in ran.json["error"]["message"]
    assert hint in str(ran.json["error"]["hint"])
    assert state(shell) == "rejected"
    assert len(stub.seen) == 1


def test_a_vtrix_key_at_bfl_is_told_as_a_key_that_it_rejects(shell: Shell, stub: Stub) -> None:
    job(stub, create=Say(status=403, body={"detail": "Not authenticated - Invalid Authentication"}))

    ran = shell.run("max", "x", "-p", "bfl", env={"FLUX2_BFL_URL": stub.url, "BFL_API_KEY": "vtrix-key"})

    assert ran.code == 3
    assert "Black Forest Labs rejected the key" in ran.err
    assert "vtrix-key" not in ran.err


def test_too_many_active_jobs_are_waited_for_as_long_as_the_body_says(shell: Shell, stub: Stub) -> None:
    stub.on("POST", ".*", Say(status=429, body={"error": "rate_limit", "retry_after": 0}), created(stub))
    job(stub, ready(stub))

    assert run(shell, stub).code == 0
    assert len(stub.posts()) == 2


def test_a_wait_that_is_too_long_is_5_at_once(shell: Shell, stub: Stub) -> None:
    job(stub, create=Say(status=429, body={"error": "rate_limit", "message": "24 active", "retry_after": 900}))

    ran = run(shell, stub)

    assert (ran.code, ran.json["error"]["code"]) == (5, "rate_limited")
    assert "takes no more jobs until some are finished: 24 active." in ran.json["error"]["message"]
    assert len(stub.seen) == 1
