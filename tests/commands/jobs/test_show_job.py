"""`flux2 jobs show`: which job is meant."""

from datetime import UTC, datetime

import pytest
from support.images import PNG
from support.shell import Shell


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["jobs", "show", "zzzzzzzz"], "flux2 jobs list"),
        (["jobs", "list", "--state", "savd"], "did you mean `saved`?"),
        (["jobs", "wait"], "Missing"),
        (["jobs", "lst"], "lst"),
    ],
)
def test_what_is_not_there_is_a_usage_error(shell: Shell, argv: list[str], said: str) -> None:
    ran = shell.run(*argv)

    assert ran.code == 2
    assert said in ran.err


def test_it_reads_like_text_and_not_like_a_program_s_values(shell: Shell) -> None:
    moment = datetime(2026, 3, 1, 12, 34, 56, tzinfo=UTC)
    (shell.cwd / "in.png").write_bytes(PNG)
    job = shell.run(
        "flash", "a fox", "-i", "in.png", "--seed", "7", "-s", "512x512", "--label", "x", "--sandbox", "--json",
        now=moment,
    ).json["job_id"]  # fmt: skip

    ran = shell.run("jobs", "show", job[:4], "--sandbox")

    lines = {line[:12].strip(): line[13:] for line in ran.out.splitlines() if line[0] != " "}
    assert lines["created_at"] == "2026-03-01 12:34:56 UTC"
    assert lines["cost"] == "$0.01 (sandbox)"
    assert lines["files"] == "a-fox-7.png"
    assert lines["label"] == "x"
    assert lines["mode"] == "edit"
    assert lines["payload"] == "prompt: a fox"
    assert '             image_size: {"width": 512, "height": 512}\n' in ran.out
    assert lines["inputs"].startswith("in.png  1x1  67 bytes  http://127.0.0.1:")
    assert lines["sandbox"] == "yes"
    assert "'" not in ran.out
    assert "None" not in ran.out


def test_a_sandbox_job_whose_reply_was_lost_is_one_of_the_sandbox(shell: Shell) -> None:
    shell.run("flash", "a fox", "--sandbox", env={"FLUX2_SANDBOX_FAULT": "lost-reply"})
    [job] = shell.run("jobs", "list", "--sandbox", "--json").json

    shown = shell.run("jobs", "show", job["job_id"], "--sandbox")

    assert job["state"] == "unknown"
    assert "\nsandbox      yes\n" in shown.out
    assert "\nerror        unknown: The reply to the submit was lost" in shown.out
    assert shell.run("jobs", "show", job["job_id"], "--sandbox", "--json").json["sandbox"] is True


@pytest.mark.parametrize("command", ["show", "wait", "fetch", "cancel", "resolve"])
def test_three_letters_name_no_job(shell: Shell, command: str) -> None:
    job = shell.run("flash", "a fox", "--no-wait", "--sandbox", "--json").json["job_id"]

    ran = shell.run("jobs", command, job[:3], "--sandbox", *(["--as", "not-sent"] if command == "resolve" else []))

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"error: `{job[:3]}` is too short for a job id.\nhint: type four letters of it at least\n"


def test_each_image_of_a_request_says_which_it_is(shell: Shell) -> None:
    job = shell.run("flash", "a pair", "--num", "2", "--seed", "7", "--sandbox", "--json").json["job_id"]

    assert (
        "files        a-pair-7.png  image 1 of 2 of a request with seed 7\n"
        "             a-pair-7-2.png  image 2 of 2 of a request with seed 7\n"
    ) in shell.run("jobs", "show", job, "--sandbox").out


def test_a_job_that_was_not_billed_shows_no_cost(shell: Shell) -> None:
    shell.run("flash", "a fox", "--sandbox", env={"FLUX2_SANDBOX_FAULT": "422"})
    [job] = shell.run("jobs", "list", "--sandbox", "--json").json

    shown = shell.run("jobs", "show", job["job_id"], "--sandbox").out

    assert "\nstate        rejected\n" in shown
    assert "$" not in shown
