"""Vtrix: what its replies become, in every shape that was seen of them."""

import json
from typing import Any

import pytest
from support.images import PNG
from support.shell import Ran, Shell
from support.stub import Say, Seen, Stub

TASK = "d3k8q2c1p9s0f4h7j6m5"
CREATED = {"id": TASK, "status": "in_progress", "model": "flux_2_max", "created_at": 1795197000}


def keyed(stub: Stub) -> dict[str, str]:
    return {"FLUX2_VTRIX_URL": stub.url, "VTRIX_API_KEY": "vt-secret"}


def done(stub: Stub, **more: Any) -> dict[str, Any]:
    output = [{"content": [{"type": "image", "url": f"{stub.url}/files/a.png"}]}]
    return {**CREATED, "status": "completed", "output": output, "usage": {"cost": "0.0665", "discount": 0.05}, **more}


def task(stub: Stub, *replies: Any, create: Say | None = None) -> None:
    stub.on("POST", "/model/v1/generation", create or Say(body=CREATED))
    stub.on("GET", f"/model/v1/generation/task/{TASK}", *[r if isinstance(r, Say) else Say(body=r) for r in replies])
    stub.on("GET", "/files/.*", Say(body=PNG, headers={"Content-Type": "image/png"}))


def run(shell: Shell, stub: Stub, *flags: str) -> Ran:
    return shell.run("max", "a fox", "--seed", "7", "-p", "vtrix", *flags, "--json", env=keyed(stub))


def test_a_task_is_created_polled_and_its_image_saved_without_the_key(shell: Shell, stub: Stub) -> None:
    task(stub, {**CREATED, "progress": 0.4}, done(stub))

    ran = run(shell, stub)

    assert ran.code == 0, ran.err
    assert [(seen.method, seen.path) for seen in stub.seen] == [
        ("POST", "/model/v1/generation"),
        ("GET", f"/model/v1/generation/task/{TASK}"),
        ("GET", f"/model/v1/generation/task/{TASK}"),
        ("GET", f"/model/v1/generation/task/{TASK}"),
        ("GET", "/files/a.png"),
    ]
    assert [seen.headers.get("authorization") for seen in stub.seen] == [*["Bearer vt-secret"] * 4, None]
    assert ran.json["request_id"] == TASK


def test_the_cost_that_it_reports_is_the_cost_and_its_discount_is_kept(shell: Shell, stub: Stub) -> None:
    task(stub, done(stub))

    ran = run(shell, stub)

    assert ran.json["cost"]["amount"] == "0.0665"
    assert ran.json["cost"]["source"] == "reported"
    assert ran.json["cost"]["discount"] == 0.05
    shown = shell.run("jobs", "show", ran.json["job_id"], "--json").json
    assert shown["result"]["reported_cost"] == "0.0665"
    assert shown["result"]["usage"] == {"cost": "0.0665", "discount": 0.05}
    record = json.loads((shell.cwd / "a-fox-7.png.json").read_text())
    assert record["cost"]["request_amount"] == "0.0665"


@pytest.mark.parametrize("usage", [{}, {"cost": None}, {"cost": "free"}, {"cost": "NaN"}, {"cost": "-1"}, [], None])
def test_a_cost_that_is_no_price_stays_unknown(shell: Shell, stub: Stub, usage: object) -> None:
    task(stub, done(stub, usage=usage))

    ran = run(shell, stub)

    assert ran.code == 0, ran.err
    assert ran.json["cost"]["amount"] is None


@pytest.mark.parametrize("word", ["completed", "done", "succeeded"])
def test_three_words_mean_done(shell: Shell, stub: Stub, word: str) -> None:
    task(stub, done(stub, status=word))

    assert run(shell, stub).code == 0


@pytest.mark.parametrize("word", ["pending", "processing", "in_progress", "warming_up"])
def test_a_status_that_is_not_known_keeps_polling(shell: Shell, stub: Stub, word: str) -> None:
    task(stub, {**CREATED, "status": word}, done(stub))

    assert run(shell, stub).code == 0


def test_every_address_in_every_group_is_an_image_whatever_its_type(shell: Shell, stub: Stub) -> None:
    output = [
        {"content": [{"type": "video_url", "url": f"{stub.url}/files/1.png"}, {"type": "text", "text": "x"}]},
        {"content": [{"url": f"{stub.url}/files/2.png"}]},
    ]
    task(stub, done(stub, output=output))

    ran = run(shell, stub)

    assert [seen.path for seen in stub.seen if seen.path.startswith("/files")] == ["/files/1.png", "/files/2.png"]
    assert len(ran.json["images"]) == 2


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


@pytest.mark.parametrize("word", ["canceled", "cancelled"])
def test_a_cancelled_task_is_cancelled(shell: Shell, stub: Stub, word: str) -> None:
    task(stub, {**CREATED, "status": word})

    assert run(shell, stub).code == 7
    assert shell.run("jobs", "list", "--json").json[0]["state"] == "cancelled"


REFUSALS: list[tuple[int, object, int, str]] = [
    (401, {"error": {"code": "unauthorized", "message": "bad token"}}, 3, "Vtrix rejected the key: bad token."),
    (402, {"status": {"code": 40201, "message": "no credits", "error_code": "x"}, "data": None}, 4, "no credits"),
    (403, {"message": "forbidden"}, 4, "its balance is too low, or it has no permission: forbidden."),
    (400, {"error": "input is required"}, 2, "Vtrix refused the request with 400: input is required."),
    (422, {"detail": [{"loc": ["body", "input"], "msg": "required"}]}, 2, "input: required"),
    (404, {"detail": "no such route"}, 2, "no such route"),
    (302, b"", 7, "a redirect, which is not followed"),
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


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Say(body={"status": "in_progress"}), "names no request id"),
        (Say(body={"error": {"message": "try later"}}), "try later"),
        (Say(body={"id": 5}), "names no request id"),
        (Say(body=b"<html>"), "names no request id"),
        (Say(status=500, body={"error": "oops"}), "the provider answered 500"),
        (Say(drop=True), "whether Vtrix accepted the job is not known"),
    ],
)
def test_a_create_without_a_usable_answer_is_unknown_and_not_sent_again(
    shell: Shell, stub: Stub, reply: Say, said: str
) -> None:
    task(stub, create=reply)

    ran = run(shell, stub)

    assert (ran.code, ran.json["error"]["code"]) == (9, "unknown")
    assert said in ran.json["error"]["message"]
    assert len(stub.posts()) == 1


def test_a_rate_limit_is_waited_for(shell: Shell, stub: Stub) -> None:
    stub.on("POST", ".*", Say(status=429, body={"error": "slow down"}, headers={"Retry-After": "0"}), Say(body=CREATED))
    task(stub, done(stub))

    assert run(shell, stub).code == 0
    assert len(stub.posts()) == 2


def test_a_key_that_is_refused_while_polling_leaves_the_job_to_be_fetched(shell: Shell, stub: Stub) -> None:
    task(stub, Say(status=401, body={"message": "expired"}), done(stub))

    ran = run(shell, stub)
    fetched = shell.run("jobs", "fetch", ran.json["error"]["job_id"], "--json", env=keyed(stub))

    assert ran.code == 3
    assert "the job goes on" in ran.json["error"]["hint"]
    assert fetched.code == 0, fetched.err
    assert shell.files() == ["a-fox-7.png", "a-fox-7.png.json"]


def test_the_key_goes_to_vtrix_only() -> None:
    from flux2cli.providers.vtrix import api as vtrix
    from flux2cli.wire import Secret, Target

    own, base = Target(key=Secret("k")), Target(base="http://127.0.0.1:8787", key=Secret("k"))

    assert vtrix.submit("flux_2_max", {}, own).url == "https://cloud.vtrix.ai/model/v1/generation"
    assert vtrix.submit("flux_2_max", {}, own).auth is not None
    assert vtrix.trusts("https://vtrix.ai/x", own)
    assert not vtrix.trusts("http://cloud.vtrix.ai/x", own)
    assert not vtrix.trusts("https://evilvtrix.ai/x", own)
    assert not vtrix.trusts("https://cloud.vtrix.ai.evil.example/x", own)
    assert not vtrix.trusts("https://cloud.vtrix.ai@evil.example/x", own)
    assert vtrix.trusts("http://127.0.0.1:8787/x", base)
    assert not vtrix.trusts("http://127.0.0.1:87870/x", base)


def test_a_task_is_asked_for_where_it_was_created(shell: Shell, stub: Stub) -> None:
    def created(seen: Seen) -> Say:
        return Say(body={**CREATED, "url": f"http://elsewhere.example/{seen.path}"})

    stub.on("POST", ".*", created)
    task(stub, done(stub))

    assert run(shell, stub).code == 0
