"""Replies of the services that other people recorded, each literally, and what becomes of a job that gets them."""

from typing import Any

import pytest
from support import bfl_stub, fal_stub, vtrix_stub
from support.provider_contract import SCRIPTS, Script
from support.shell import Ran, Shell
from support.stub import Say, Stub

LOCK = {"detail": "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."}
NO_PATH = {"detail": "Path /flux-2/flashy not found"}
RESULT = "/queue/.*/requests/r-1"


def state(shell: Shell) -> str:
    return str(shell.run("jobs", "list", "--json").json[0]["state"])


def fal(shell: Shell, stub: Stub, *argv: str) -> Ran:
    return shell.run("flash", "a fox", "--json", *argv, env={"FLUX2_FAL_URL": stub.url, "FAL_KEY": "a:b"})


# --- a poll or result that reports the job's end ---------------------------------------------------------------------


@pytest.mark.parametrize("status", [422, 503])
def test_a_failed_job_of_bfl_may_come_with_an_error_status(shell: Shell, stub: Stub, status: int) -> None:
    body = {"id": bfl_stub.JOB, "status": "Error", "result": None, "details": {"error": "Task failed: no capacity"}}
    bfl_stub.job(stub, {"id": bfl_stub.JOB, "status": "Pending"}, Say(status=status, body=body))

    ran = bfl_stub.run(shell, stub)

    assert (ran.code, state(shell), len(stub.seen)) == (7, "failed", 4)
    assert ran.json["error"]["message"] == "Black Forest Labs failed the job: Task failed: no capacity."


def test_a_422_of_bfl_without_a_status_is_an_answer_about_the_poll_and_ends_it(shell: Shell, stub: Stub) -> None:
    detail = [{"type": "missing", "loc": ["query", "id"], "msg": "Field required", "input": None}]
    bfl_stub.job(stub, Say(status=422, body={"detail": detail}))

    ran = bfl_stub.run(shell, stub)

    assert (ran.code, state(shell)) == (2, "failed")
    assert "query.id: Field required" in ran.json["error"]["message"]


@pytest.mark.parametrize("status", [422, 503])
def test_a_proxys_json_with_a_status_is_no_end(shell: Shell, stub: Stub, status: int) -> None:
    bfl_stub.job(stub, Say(status=status, body={"status": "error", "message": "upstream"}), bfl_stub.ready(stub))

    assert bfl_stub.run(shell, stub).code == 0


@pytest.mark.parametrize("status", [404, 200])
def test_a_result_at_a_path_that_fal_does_not_have_is_a_failure_with_its_sentence(
    shell: Shell, stub: Stub, status: int
) -> None:
    fal_stub.fal(stub)
    stub.first("GET", RESULT, Say(status=status, body=NO_PATH))

    ran = fal(shell, stub)

    assert (ran.code, state(shell)) == (2, "failed")
    assert ran.json["error"]["message"] == "fal does not know this endpoint: Path /flux-2/flashy not found."
    assert sum(seen.path.endswith("/r-1") for seen in stub.seen) == 1


def test_a_result_with_200_that_is_only_a_detail_is_a_failure_with_its_sentence(shell: Shell, stub: Stub) -> None:
    fal_stub.fal(stub)
    stub.first("GET", RESULT, Say(body={"detail": "Downstream service returned nothing"}))

    ran = fal(shell, stub)

    assert (ran.code, state(shell)) == (7, "failed")
    assert ran.json["error"]["message"] == "fal failed the job: Downstream service returned nothing."


@pytest.mark.parametrize("body", [NO_PATH, {"detail": "Not found"}, {"status": "NOT_FOUND"}])
def test_an_error_in_the_status_says_more_than_that_there_is_no_result(
    shell: Shell, stub: Stub, body: dict[str, str]
) -> None:
    fal_stub.fal(stub)
    failed = {"status": "COMPLETED", "logs": [], "error": "Runner died", "error_type": "runner_disconnected"}
    stub.first("GET", ".*/status", Say(body=failed))
    stub.first("GET", ".*/status/stream.*", Say(status=404))
    stub.first("GET", RESULT, Say(status=404, body=body))

    ran = fal(shell, stub)

    assert (ran.code, state(shell)) == (7, "failed")
    assert ran.json["error"]["message"] == "fal failed the job: Runner died."


def test_a_finished_job_without_images_is_failed_after_a_few_tries(shell: Shell, stub: Stub) -> None:
    vtrix_stub.task(stub, {**vtrix_stub.CREATED, "status": "completed", "output": []})

    ran = vtrix_stub.run(shell, stub)

    job_id = ran.json["error"]["job_id"]
    assert (ran.code, state(shell), len(stub.seen)) == (7, "failed", 6)
    assert ran.json["error"]["message"] == "Vtrix finished the job without an image: Vtrix' reply names no image."
    assert ran.json["error"]["hint"] == f"`flux2 jobs fetch {job_id}` asks once more"


def test_a_task_that_bfl_never_finds_may_have_been_paid_for(shell: Shell, stub: Stub) -> None:
    bfl_stub.job(stub, {"id": bfl_stub.JOB, "status": "Task not found", "result": None})

    ran = bfl_stub.run(shell, stub, "--timeout", "20")

    assert (ran.code, state(shell)) == (8, "expired")
    assert ran.json["error"]["hint"].startswith("it may have been paid for ")


# --- a read that the provider refuses: the job goes on ---------------------------------------------------------------

REFUSALS: list[tuple[str, int, dict[str, Any], int, str]] = [
    ("fal", 403, LOCK, 4, "top up"),
    ("fal", 402, {"detail": "Payment required"}, 4, "top up"),
    ("fal", 401, {"detail": "No user found for Key ID and Secret"}, 3, "with the right key"),
    ("bfl", 402, {"detail": "Insufficient credits"}, 4, "top up"),
    ("bfl", 403, {"detail": "Not authenticated"}, 3, "with the right key"),
    ("vtrix", 402, {"error": {"code": "insufficient_balance", "message": "no credits"}}, 4, "top up"),
    ("vtrix", 401, {"error": {"code": "unauthorized", "message": "bad token"}}, 3, "with the right key"),
]


def script_of(name: str) -> Script:
    return next(script for script in SCRIPTS if script.provider == name)


@pytest.mark.parametrize(("name", "status", "body", "code", "first"), REFUSALS)
def test_a_read_that_is_refused_is_told_once_and_the_job_is_saved(
    shell: Shell, stub: Stub, name: str, status: int, body: dict[str, Any], code: int, first: str
) -> None:
    script = script_of(name)
    stub.on("GET", ".*/stream.*", Say(status=404))
    script.play(stub, *[Say(status=status, body=body)] * 3)

    ran = shell.run(script.variant, "a fox", "-p", name, env=script.env(stub))

    assert (ran.code, len(stub.posts())) == (0, 1), ran.err
    assert ran.err.count("The job goes on; this asks again until --timeout") == 1
    assert first in ("top up", "with the right key")
    assert code in (3, 4)


@pytest.mark.parametrize(("name", "status", "body", "code", "first"), REFUSALS)
def test_a_read_that_is_refused_until_the_deadline_leaves_the_job_collectable(
    shell: Shell, stub: Stub, name: str, status: int, body: dict[str, Any], code: int, first: str
) -> None:
    script = script_of(name)
    stub.on("GET", ".*/stream.*", Say(status=404))
    script.play(stub)
    stub.first("GET", script.poll, Say(status=status, body=body))

    ran = shell.run(script.variant, "a fox", "-p", name, "--timeout", "0.3", "--json", env=script.env(stub))
    job_id = ran.json["error"]["job_id"]

    assert (ran.code, state(shell)) == (code, "submitted")
    assert ran.json["error"]["hint"] == f"the job goes on: {first}, then `flux2 jobs fetch {job_id}` collects it"
    stub._rules = stub._rules[1:]
    assert shell.run("jobs", "fetch", job_id, env=script.env(stub)).code == 0
    assert len(stub.posts()) == 1


def test_a_result_that_is_refused_until_the_deadline_leaves_the_job_collectable(shell: Shell, stub: Stub) -> None:
    fal_stub.fal(stub)
    stub.first("GET", RESULT, Say(status=403, body=LOCK))

    ran = fal(shell, stub, "--timeout", "0.3")
    stub._rules = stub._rules[1:]

    assert (ran.code, ran.json["error"]["code"], state(shell)) == (4, "balance", "submitted")
    assert shell.run("jobs", "fetch", env={"FLUX2_FAL_URL": stub.url, "FAL_KEY": "a:b"}).code == 0


# --- words -----------------------------------------------------------------------------------------------------------


def test_what_a_moderation_says_is_shown_with_its_field_and_reason(shell: Shell, stub: Stub) -> None:
    detail = {
        "loc": ["body", "image_urls"],
        "msg": "The content could not be processed because it was flagged by a content checker.",
        "type": "content_policy_violation",
        "ctx": {"extra_info": {"reason": "partner_validation_failed"}},
        "input": {},
    }
    fal_stub.fal(stub)
    stub.first("GET", RESULT, Say(status=422, body={"detail": [detail]}))

    ran = fal(shell, stub)

    assert ran.code == 6
    assert ran.json["error"]["message"] == (
        "fal's moderation refused `image_urls`: The content could not be processed because it was flagged by a content"
        " checker. (partner_validation_failed)."
    )


def test_a_reply_of_bfl_that_has_only_errors_is_unknown_with_its_words(shell: Shell, stub: Stub) -> None:
    bfl_stub.job(stub, create=Say(body={"errors": [{"message": "Model is warming up"}]}))

    ran = bfl_stub.run(shell, stub)

    assert ran.code == 9
    assert "Black Forest Labs' reply names no image: Model is warming up" in ran.json["error"]["message"]


def test_an_endpoint_that_the_account_lacks_is_not_blamed_on_the_key(shell: Shell, stub: Stub) -> None:
    bfl_stub.job(stub, create=Say(status=403, body={"detail": "Not authorized for this endpoint"}))

    ran = bfl_stub.run(shell, stub)

    assert ran.code == 3
    assert ran.json["error"]["message"] == (
        "Black Forest Labs does not allow this key to do that: Not authorized for this endpoint."
    )
