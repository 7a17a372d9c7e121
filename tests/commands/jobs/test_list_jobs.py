"""`flux2 jobs list`: all jobs, and those of a provider, a label, a day."""

from datetime import UTC, datetime

from support.fal_stub import fal
from support.shell import Shell
from support.stub import Stub


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


def test_the_list_and_the_whole_of_one(shell: Shell) -> None:
    shell.run("flash", "a red fox", "--seed", "7", "--sandbox", "--label", "x", "--json")

    listed = shell.run("jobs", "list", "--sandbox")
    [row] = shell.run("jobs", "list", "--sandbox", "--json").json
    shown = shell.run("jobs", "show", row["job_id"][:5].upper(), "--sandbox", "--json").json

    assert row["job_id"] in listed.out
    assert "saved" in listed.out
    assert "a red fox" in listed.out
    assert sorted(row) == sorted(
        ["job_id", "state", "provider", "variant", "endpoint", "request_id", "prompt", "created_at", "updated_at",
         "cost", "files", "error", "label"]
    )  # fmt: skip
    assert (row["cost"]["amount"], row["files"], row["label"]) == ("0.005", ["a-red-fox-7.png"], "x")
    assert shown["payload"] == {"prompt": "a red fox", "seed": 7}
    assert "payload" in shell.run("jobs", "show", row["job_id"], "--sandbox").out


def test_sandbox_and_real_books_are_apart(shell: Shell) -> None:
    shell.run("flash", "fox", "--sandbox")

    assert shell.run("jobs", "list", "--json").json == []
    assert shell.run("jobs", "list").err == "no jobs yet\n"


def test_a_group_alone_shows_what_there_is(shell: Shell) -> None:
    ran = shell.run("jobs")

    assert ran.code == 0
    assert "  fetch " in ran.out
    assert ran.err == ""
