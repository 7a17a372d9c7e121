"""`flux2 jobs forget`: words go, costs stay."""

from datetime import UTC, datetime

import pytest
from support.fal_stub import fal
from support.shell import Shell
from support.stub import Stub

LATER = datetime(2100, 1, 1, 12, tzinfo=UTC)


def test_forgetting_drops_the_words_keeps_the_cost_and_spares_what_is_not_settled(shell: Shell, stub: Stub) -> None:
    env = fal(stub)
    shell.run("flash", "a secret fox", "--label", "x", env=env)
    shell.run("flash", "a waiting fox", "--no-wait", env=env)
    before = shell.run("cost", "--json").json["total"]["estimated"]

    early = shell.run("jobs", "forget", "--before", "2020-01-01", "--json")
    ran = shell.run("jobs", "forget", "--before", "2100-01-01", "-y", "--json", now=LATER)
    again = shell.run("jobs", "forget", "--before", "2100-01-01", now=LATER)

    assert (early.json["forgotten"], ran.json["forgotten"], ran.json["kept"]) == (0, 1, 1)
    assert again.out == "0 jobs forgotten\n"
    assert shell.run("cost", "--json").json["total"]["estimated"] == before
    assert {row["prompt"] for row in shell.run("jobs", "list", "--json").json} == {None, "a waiting fox"}
    everything = b"".join(path.read_bytes() for path in shell.state.rglob("*") if path.is_file())
    assert b"a secret fox" not in everything
    assert b"a-secret-fox" not in everything
    assert shell.run("jobs", "fetch", env=env).out == "a-waiting-fox-5.png\n"


def prompts(shell: Shell) -> set[str | None]:
    return {row["prompt"] for row in shell.run("jobs", "list", "--json", "--sandbox").json}


def test_it_says_how_many_jobs_and_asks_on_a_terminal(shell: Shell) -> None:
    for prompt in ("a fox", "an owl"):
        shell.run("flash", prompt, "--sandbox")
    argv = ("jobs", "forget", "--before", "2100-01-01", "--sandbox")
    question = "Forget prompts, payloads and file names of 2 jobs from before 2100-01-01? [y/N] "

    refused = shell.run(*argv, terminal=True, stdin=b"\n", now=LATER)
    assert (refused.code, refused.out, refused.err) == (0, "", f"{question}nothing was forgotten\n")
    assert prompts(shell) == {"a fox", "an owl"}

    agreed = shell.run(*argv, terminal=True, stdin=b"y\n", now=LATER)
    assert (agreed.code, agreed.out, agreed.err) == (0, "2 jobs forgotten\n", question)
    assert prompts(shell) == {None}


def test_without_a_terminal_nothing_is_forgotten_unless_y_is_given(shell: Shell) -> None:
    shell.run("flash", "a fox", "--sandbox")
    argv = ("jobs", "forget", "--before", "2100-01-01", "--sandbox")

    refused = shell.run(*argv, stdin=b"y\n", now=LATER)

    assert (refused.code, refused.out) == (2, "")
    assert refused.err == (
        "error: Forget prompts, payloads and file names of 1 job from before 2100-01-01?\n"
        "hint: `-y` says yes where there is no terminal to ask on\n"
    )
    assert prompts(shell) == {"a fox"}
    assert shell.run(*argv, "-y", now=LATER).out == "1 job forgotten\n"


@pytest.mark.parametrize("before", ["2026-03-02", "2030-01-01", "2026-03-01T12:00:01"])
def test_a_day_to_come_is_refused(shell: Shell, before: str) -> None:
    ran = shell.run("jobs", "forget", "--before", before, "-y", now=datetime(2026, 3, 1, 12, tzinfo=UTC))

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"error: `--before {before}` is in the future.\nhint: for example --before 2026-03-01\n"
