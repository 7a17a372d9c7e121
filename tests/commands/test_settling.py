"""`flux2 jobs cancel | resolve | forget`, the filters of the list, and what the provider's history offers."""

from datetime import UTC, datetime
from typing import Any

import pytest
from support.fal_stub import fal
from support.sandbox_rig import new_sandbox
from support.shell import Shell
from support.stub import Say, Stub

from flux2cli.sandbox.job_store import Latency

LOST = {"FLUX2_SANDBOX_FAULT": "lost-reply"}


def left(shell: Shell, stub: Stub, *argv: str) -> tuple[str, dict[str, str]]:
    """A job that was submitted and left to run, and the environment."""
    env = fal(stub)
    ran = shell.run("flash", "fox", "--no-wait", *argv, env=env)
    assert ran.code == 0, ran.err
    return ran.out.strip(), env


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


def test_what_was_not_sent_can_be_sent_again(shell: Shell) -> None:
    lost = shell.run("flash", "fox", "--sandbox", "--json", env=LOST).json["error"]["job_id"]

    refused = shell.run("flash", "fox", "--sandbox")
    resolved = shell.run("jobs", "resolve", lost, "--as", "not-sent", "--sandbox")
    sent = shell.run("flash", "fox", "--sandbox")

    assert (refused.code, resolved.code, sent.code) == (9, 0, 0)


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


def test_forgetting_drops_the_words_keeps_the_cost_and_spares_what_is_not_settled(shell: Shell, stub: Stub) -> None:
    env = fal(stub)
    shell.run("flash", "a secret fox", "--label", "x", env=env)
    shell.run("flash", "a waiting fox", "--no-wait", env=env)
    before = shell.run("cost", "--json").json["total"]["estimated"]

    early = shell.run("jobs", "forget", "--before", "2020-01-01", "--json")
    ran = shell.run("jobs", "forget", "--before", "2100-01-01", "--json")
    again = shell.run("jobs", "forget", "--before", "2100-01-01")

    assert (early.json["forgotten"], ran.json["forgotten"], ran.json["kept"]) == (0, 1, 1)
    assert again.out == "0 jobs forgotten\n"
    assert shell.run("cost", "--json").json["total"]["estimated"] == before
    assert {row["prompt"] for row in shell.run("jobs", "list", "--json").json} == {None, "a waiting fox"}
    everything = b"".join(path.read_bytes() for path in shell.state.rglob("*") if path.is_file())
    assert b"a secret fox" not in everything
    assert b"a-secret-fox" not in everything
    assert shell.run("jobs", "fetch", env=env).out == "a-waiting-fox-5.png\n"


def test_the_list_by_provider_label_and_day(shell: Shell, stub: Stub) -> None:
    env = fal(stub)
    for label, day in (("a", 1), ("b", 2), ("a", 3)):
        moment = datetime(2026, 3, day, 12, tzinfo=UTC)
        assert shell.run("flash", f"{label} {day}", "--label", label, "--no-wait", env=env, now=moment).code == 0

    def prompts(*argv: str) -> list[str]:
        return [row["prompt"] for row in shell.run("jobs", "list", "--json", *argv).json]

    assert prompts("--label", "a") == ["a 3", "a 1"]
    assert prompts("--since", "2026-03-02") == ["a 3", "b 2"]
    assert prompts("--since", "2026-03-02", "--label", "b", "--provider", "fal") == ["b 2"]
    assert prompts("--provider", "vtrix") == []
    assert shell.run("jobs", "list", "--provider", "fla").code == 2
    assert shell.run("jobs", "list", "--since", "soon").code == 2


def test_an_expired_result_says_so_and_counts_as_paid(shell: Shell, stub: Stub) -> None:
    job_id, env = left(shell, stub)
    stub._rules = [rule for rule in stub._rules if rule[0] == "POST"]
    stub.on("GET", ".*", Say(status=404, body={"status": "NOT_FOUND"}))
    later = shell.run("jobs", "fetch", "--json", env=env)
    again = shell.run("jobs", "wait", job_id, "--json", env=env)

    assert [(ran.code, ran.json["error"]["code"]) for ran in (later, again)] == [(8, "expired")] * 2
    assert "no longer keeps the result" in again.json["error"]["message"]
    assert shell.run("cost", "--json").json["total"]["estimated"] == {
        "jobs": 1, "amount": "0.005", "max": "0.005", "unpriced": 0
    }  # fmt: skip
