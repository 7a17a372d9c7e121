"""`flux2 jobs list`: all jobs, and those of a provider, a label, a day."""

from datetime import UTC, datetime

from support.fal_stub import fal
from support.many_jobs import make_ledger
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
         "cost", "files", "error", "label", "row", "meta"]
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


def test_a_table_on_a_terminal_and_fields_in_a_pipe(shell: Shell) -> None:
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    job = shell.run("flash", "a red fox", "--seed", "7", "--sandbox", "--json", now=moment).json["job_id"]

    table = shell.run("jobs", "list", "--sandbox", terminal=True, env={"COLUMNS": "80"}, now=moment)
    lines = shell.run("jobs", "list", "--sandbox")

    assert table.out == (
        "JOB       STATE  BEGAN (UTC)  MODEL      COST    PROMPT\n"
        f"{job}  saved  03-01 12:00  fal flash  $0.005  a red fox\n"
    )
    assert lines.out == f"{job}\tsaved\t2026-03-01T12:00:00.000Z\tfal\tflash\t0.005\t\ta red fox\ta-red-fox-7.png\t\n"


def test_a_row_of_a_batch_is_in_the_document(shell: Shell) -> None:
    (shell.cwd / "rows.csv").write_text("id,prompt,meta.page\nhero,a fox,home\n")
    shell.run("batch", "rows.csv", "-m", "flash", "-o", "out/", "--sandbox")

    [job] = shell.run("jobs", "list", "--json", "--sandbox").json

    assert job["row"]["id"] == "hero"
    assert len(job["row"]["key"]) == 32
    assert job["meta"] == {"page": "home"}


def test_limit_gives_the_newest(shell: Shell, stub: Stub) -> None:
    env = fal(stub)
    for day in (1, 2, 3):
        shell.run("flash", f"day {day}", "--no-wait", env=env, now=datetime(2026, 3, day, tzinfo=UTC))

    def prompts(*argv: str) -> list[str]:
        return [line.split("\t")[7] for line in shell.run("jobs", "list", *argv).out.splitlines()]

    assert prompts("--limit", "2") == ["day 2", "day 3"]
    assert prompts("--limit", "1", "--state", "submitted") == ["day 3"]
    assert [row["prompt"] for row in shell.run("jobs", "list", "--json", "--limit", "2").json] == ["day 3", "day 2"]
    assert shell.run("jobs", "list", "--limit", "0").code == 2


def test_a_hundred_unsettled_jobs_are_shown_and_the_others_counted(shell: Shell) -> None:
    make_ledger(shell.state, 130, only_state="submitted")

    ran = shell.run("jobs", "list")

    assert ran.code == 0
    assert len(ran.out.splitlines()) == 100
    assert ran.err == "29 older jobs are unsettled as well: `flux2 jobs list --state submitted`\n"
