"""`flux2 jobs resolve`: what the provider's history offers for an unknown job, and what a person decides."""

from typing import Any

import pytest
from support.shell import Shell
from support.stub import Say, Stub

LOST = {"FLUX2_SANDBOX_FAULT": "lost-reply"}


def job(shell: Shell, job_id: str, *argv: str) -> dict[str, Any]:
    shown: dict[str, Any] = shell.run("jobs", "show", job_id, "--json", *argv).json
    return shown


def test_an_accepted_job_whose_reply_was_lost_is_offered_resolved_and_collected(shell: Shell) -> None:
    lost = shell.run("flash", "fox", "--seed", "7", "--sandbox", "--json", env=LOST).json["error"]["job_id"]
    shell.run("flash", "fox", "--seed", "8", "--sandbox")

    fetched = shell.run("jobs", "fetch", "--sandbox")
    [found] = job(shell, lost, "--sandbox")["found"]
    assert f"flux2 jobs resolve {lost} --as accepted {found['request_id']}" in fetched.err
    assert job(shell, lost, "--sandbox")["state"] == "unknown", "offered, not assumed"

    resolved = shell.run("jobs", "resolve", lost, "--as", "accepted", found["request_id"], "--sandbox", "--json")
    collected = shell.run("jobs", "fetch", "--sandbox")

    assert (resolved.code, resolved.json["state"]) == (0, "submitted")
    assert (collected.code, collected.out) == (0, "fox-7.png\n")
    assert job(shell, lost, "--sandbox")["state"] == "saved"


def test_a_request_of_another_job_is_neither_offered_nor_taken(shell: Shell) -> None:
    saved = shell.run("flash", "fox", "--seed", "7", "--sandbox", "--json").json
    lost = shell.run(
        "flash", "fox", "--seed", "7", "--sandbox", "--json", env={"FLUX2_SANDBOX_FAULT": "lost-before"}
    ).json["error"]["job_id"]

    shown = shell.run("jobs", "show", lost, "--sandbox")
    taken = shell.run("jobs", "resolve", lost, "--as", "accepted", saved["request_id"], "--sandbox")
    invented = shell.run("jobs", "resolve", lost, "--as", "accepted", "no-such-request", "--sandbox")

    assert job(shell, lost, "--sandbox")["found"] == []
    assert "no request like" in shown.err
    assert (taken.code, invented.code) == (2, 2)
    assert f"is job `{saved['job_id']}`" in taken.err
    assert "knows no request `no-such-request`" in invented.err
    assert job(shell, lost, "--sandbox")["state"] == "unknown"


@pytest.mark.parametrize(("fault", "argv"), [("lost-reply", ("jobs", "show")), ("", ("jobs", "cancel"))])
def test_a_key_store_that_others_can_read_draws_a_warning(
    shell: Shell, stub: Stub, fault: str, argv: tuple[str, ...]
) -> None:
    stub.on("POST", "/queue/.*", Say(status=500) if fault else Say(body={"request_id": "r-1"}))
    stub.on("PUT", ".*/cancel", Say(body={"status": "ALREADY_COMPLETED"}, status=400))
    stub.on("GET", ".*", Say(status=404))
    here = {"FLUX2_FAL_URL": stub.url}
    shell.run("keys", "set", "fal", stdin=b"id:secret")
    shell.run("flash", "fox", "--no-wait", env=here)
    [known] = shell.run("jobs", "list", "--json").json
    (shell.config / "keys.json").chmod(0o644)

    ran = shell.run(*argv, known["job_id"], env=here)

    assert "warning: others on this machine can read your keys" in ran.err


def test_what_was_not_sent_can_be_sent_again(shell: Shell) -> None:
    lost = shell.run("flash", "fox", "--sandbox", "--json", env=LOST).json["error"]["job_id"]

    refused = shell.run("flash", "fox", "--sandbox")
    resolved = shell.run("jobs", "resolve", lost, "--as", "not-sent", "--sandbox")
    sent = shell.run("flash", "fox", "--sandbox")

    assert (refused.code, resolved.code, sent.code) == (9, 0, 0)
    assert shell.run("jobs", "show", lost, "--sandbox", "--json").json["error"] is None


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--as", "accepted"], "A request id goes with"),
        (["r-1", "--as", "not-sent"], "A request id goes with"),
        (["--as", "lost"], "neither `accepted` nor `not-sent`"),
        ([], "`--as` is missing"),
    ],
)
def test_a_verdict_that_makes_no_sense_is_a_usage_error(shell: Shell, argv: list[str], said: str) -> None:
    lost = shell.run("flash", "fox", "--sandbox", "--json", env=LOST).json["error"]["job_id"]

    ran = shell.run("jobs", "resolve", lost, *argv, "--sandbox")

    assert ran.code == 2
    assert said in ran.err
    assert job(shell, lost, "--sandbox")["state"] == "unknown"


def test_a_settled_job_has_nothing_to_resolve(shell: Shell) -> None:
    saved = shell.run("flash", "fox", "--sandbox", "--json").json["job_id"]

    ran = shell.run("jobs", "resolve", saved, "--as", "not-sent", "--sandbox")

    assert (ran.code, job(shell, saved, "--sandbox")["state"]) == (2, "saved")
