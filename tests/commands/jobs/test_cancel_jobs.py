"""`flux2 jobs cancel`: what is stopped, what comes too late, and what is said of the bill."""

from typing import Any

import pytest
from support.fal_stub import left
from support.sandbox_rig import new_sandbox
from support.shell import Shell
from support.stub import Say, Stub

from flux2cli.sandbox.job_store import Latency

LOST = {"FLUX2_SANDBOX_FAULT": "lost-reply"}


def job(shell: Shell, job_id: str, *argv: str) -> dict[str, Any]:
    shown: dict[str, Any] = shell.run("jobs", "show", job_id, "--json", *argv).json
    return shown


def test_a_job_that_is_stopped_in_time_is_cancelled_with_a_word_about_the_bill(shell: Shell, tmp_path: Any) -> None:
    with new_sandbox(tmp_path / "emulator", latency=Latency(queued=30, running=30)) as server:
        env = {"FLUX2_FAL_URL": server.url, "FAL_KEY": "a:b"}
        job_id = shell.run("flash", "fox", "--no-wait", env=env).out.strip()

        ran = shell.run("jobs", "cancel", job_id[:5], "--json", env=env)

    assert (ran.code, ran.json["outcome"], ran.json["job_id"]) == (0, "cancelled", job_id)
    assert "billed" in ran.json["message"]
    assert job(shell, job_id)["state"] == "cancelled"
    assert server.counts["PUT", "fal.cancel"] == 1
    assert server.counts["POST", "fal.submit"] == 1


def test_a_job_that_was_over_already_is_collected_and_not_lost(shell: Shell, stub: Stub) -> None:
    job_id, env = left(shell, stub)
    stub.on("PUT", ".*/cancel", Say(status=400, body={"status": "ALREADY_COMPLETED"}))

    ran = shell.run("jobs", "cancel", job_id, env=env)
    fetched = shell.run("jobs", "fetch", env=env)

    assert ran.code == 0
    assert f"paid for: `flux2 jobs fetch {job_id}` collects it" in ran.out
    assert (fetched.code, fetched.out) == (0, "fox-5.png\n")
    assert len(stub.posts()) == 1


def test_a_job_that_is_finished_in_spite_of_the_wish_stays_collectable(shell: Shell, stub: Stub) -> None:
    job_id, env = left(shell, stub)
    stub.on("PUT", ".*/cancel", Say(status=202, body={"status": "CANCELLATION_REQUESTED"}))

    ran = shell.run("jobs", "cancel", job_id, "--json", env=env)

    assert ran.json["outcome"] == "too-late"
    assert job(shell, job_id)["state"] == "ready"
    assert shell.run("jobs", "fetch", env=env).out == "fox-5.png\n"


def test_a_cancellation_that_cannot_be_asked_for_leaves_the_job_as_it_is(shell: Shell, stub: Stub) -> None:
    job_id, env = left(shell, stub)
    stub.on("PUT", ".*/cancel", Say(status=401, body={"detail": "no"}))

    ran = shell.run("jobs", "cancel", job_id, "--json", env=env)

    assert (ran.code, ran.json["error"]["code"]) == (3, "auth")
    assert job(shell, job_id)["state"] == "submitted"


@pytest.mark.parametrize("provider", ["vtrix", "bfl"])
def test_where_nothing_can_be_cancelled_it_says_so_and_the_job_stays_collectable(shell: Shell, provider: str) -> None:
    job_id = shell.run("max", "fox", "-p", provider, "--no-wait", "--sandbox").out.strip()

    ran = shell.run("jobs", "cancel", job_id, "--sandbox")

    assert ran.code == 2
    assert "runs to its end and is billed" in ran.err
    assert f"`flux2 jobs fetch {job_id}`" in ran.err
    assert shell.run("jobs", "fetch", "--sandbox").code == 0
    assert job(shell, job_id, "--sandbox")["state"] == "saved"


def test_what_is_settled_or_unknown_cannot_be_cancelled(shell: Shell) -> None:
    lost = shell.run("flash", "fox", "--sandbox", "--json", env=LOST).json["error"]["job_id"]

    ran = shell.run("jobs", "cancel", lost, "--sandbox")

    assert ran.code == 2
    assert "is `unknown`" in ran.err
