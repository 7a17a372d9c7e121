"""`flux2 cost`: sums with their source, ranges, and what is unknown."""

import sqlite3
from datetime import UTC, datetime
from typing import Any

import pytest
from support.fal_stub import fal
from support.shell import Shell
from support.stub import Say, Stub


def spend(shell: Shell, stub: Stub) -> dict[str, str]:
    """Three saved jobs on two days, one running and one unknown."""
    env = fal(stub)
    first, second = (datetime(2026, 3, day, 12, tzinfo=UTC) for day in (1, 2))
    shell.run("flash", "a", "--label", "x", env=env, now=first)
    shell.run("flash", "b", "--label", "y", env=env, now=second)
    shell.run("flex", "c", "-i", "https://example.com/a.png", "--label", "x", env=env, now=second)
    shell.run("flash", "d", "--no-wait", env=env, now=second)
    stub._rules.insert(0, ("POST", __import__("re").compile(".*"), [Say(drop=True)]))
    shell.run("max", "e", "--label", "x", env=env, now=second)
    return env


def test_by_day_with_ranges_and_what_is_not_known(shell: Shell, stub: Stub) -> None:
    spend(shell, stub)

    ran = shell.run("cost")

    assert ran.code == 0
    assert ran.out.splitlines() == [
        "2026-03-01  1 job  $0.005 estimated",
        "2026-03-02  4 jobs  $0.105 to $0.255 estimated  1 running: $0.005  1 unknown: $0.07 if accepted",
        "total       5 jobs  $0.11 to $0.26 estimated  1 running: $0.005  1 unknown: $0.07 if accepted",
    ]


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("day", ["2026-03-01", "2026-03-02"]),
        ("provider", ["fal"]),
        ("variant", ["fal flash", "fal flex", "fal max"]),
        ("label", [None, "x", "y"]),
    ],
)
def test_by_what_is_asked(shell: Shell, stub: Stub, by: str, keys: list[str | None]) -> None:
    spend(shell, stub)

    document = shell.run("cost", "--by", by, "--json").json

    assert (document["ok"], document["schema"], document["by"]) == (True, "flux2cli/cost/1", by)
    assert [row["key"] for row in document["rows"]] == keys
    assert sum(row["jobs"] for row in document["rows"]) == document["total"]["jobs"] == 5


def test_since_a_day(shell: Shell, stub: Stub) -> None:
    spend(shell, stub)

    assert [row["key"] for row in shell.run("cost", "--since", "2026-03-02", "--json").json["rows"]] == ["2026-03-02"]
    assert shell.run("cost", "--since", "2027-01-01").err == "nothing was spent\n"


def test_an_unknown_price_is_unknown_and_never_0(shell: Shell, stub: Stub) -> None:
    shell.run("flash", "a", env=fal(stub))
    with sqlite3.connect(shell.state / "ledger.sqlite3") as db:
        db.execute("UPDATE jobs SET cost = json_set(cost, '$.amount', NULL, '$.max', NULL),"
                   " estimate = json_set(estimate, '$.amount', NULL, '$.max', NULL)")  # fmt: skip
    db.close()

    total: dict[str, Any] = shell.run("cost", "--json").json["total"]
    text = shell.run("cost").out

    assert total["estimated"] == {"jobs": 1, "amount": None, "max": None, "unpriced": 1}
    assert "unknown (1 without a price)" in text
    assert "$0" not in text


def test_reported_and_estimated_amounts_are_apart(shell: Shell, stub: Stub) -> None:
    env = fal(stub)
    shell.run("flash", "a", env=env)
    shell.run("flash", "b", env=env)
    with sqlite3.connect(shell.state / "ledger.sqlite3") as db:
        db.execute("UPDATE jobs SET cost = json_set(cost, '$.source', 'reported', '$.amount', '0.0123', '$.max',"
                   " '0.0123') WHERE prompt = 'a'")  # fmt: skip
    db.close()

    assert shell.run("cost").out.endswith("2 jobs  $0.0123 reported  $0.005 estimated\n")


def test_the_sandbox_does_not_count(shell: Shell) -> None:
    shell.run("flash", "fox", "--sandbox")

    assert shell.run("cost", "--json").json["total"]["jobs"] == 0


@pytest.mark.parametrize("argv", [["--by", "month"], ["--since", "yesterday"]])
def test_what_is_not_known_is_a_usage_error(shell: Shell, argv: list[str]) -> None:
    assert shell.run("cost", *argv).code == 2


@pytest.mark.parametrize("argv", [["--sandbox"], []])
def test_the_sandbox_s_own_costs(shell: Shell, argv: list[str]) -> None:
    env = {} if argv else {"FLUX2_SANDBOX": "1"}
    shell.run("flash", "fox", "--sandbox", now=datetime(2026, 3, 1, 12, tzinfo=UTC))
    shell.run("flash", "a lost fox", "--sandbox", env={"FLUX2_SANDBOX_FAULT": "lost-reply"},
              now=datetime(2026, 3, 1, 12, tzinfo=UTC))  # fmt: skip

    ran = shell.run("cost", *argv, env=env)

    assert ran.out == "2026-03-01  2 jobs  $0.005 estimated  1 unknown: $0.005 if accepted\n"
    assert ran.err == "note: these are the sandbox's jobs, which cost nothing\n"
    assert shell.run("cost", *argv, "--json", env=env).json["sandbox"] is True
    assert shell.run("cost").err == "nothing was spent\n"


def test_what_is_used_of_the_day_s_budget(shell: Shell, stub: Stub) -> None:
    env = {**spend(shell, stub), "FLUX2_BUDGET_PER_DAY": "5.00"}
    second = datetime(2026, 3, 2, 23, tzinfo=UTC)

    ran = shell.run("cost", "--by", "provider", env=env, now=second)

    assert ran.out.splitlines()[-1] == (
        "budget  $0.33 of $5.00 used today (UTC), $0.075 of it held for jobs that are running or unknown"
    )
    assert shell.run("cost", "--json", env=env, now=second).json["budget"] == {
        "per_day": "5.00", "used_today": "0.33", "spent": "0.255", "held": "0.075", "unpriced": 0, "currency": "USD"
    }  # fmt: skip
    assert "budget" not in shell.run("cost", now=second).out
    assert "budget" not in shell.run("cost", "--sandbox", env=env, now=second).out


def test_since_a_moment_of_a_day_counts_the_jobs_after_it(shell: Shell, stub: Stub) -> None:
    env = fal(stub)
    for hour in (9, 12, 15):
        shell.run("flash", f"{hour}", env=env, now=datetime(2026, 3, 1, hour, tzinfo=UTC))
    shell.run("flash", "next day", env=env, now=datetime(2026, 3, 2, 1, tzinfo=UTC))

    assert shell.run("cost", "--since", "2026-03-01T12:00:00Z").out.splitlines() == [
        "2026-03-01  2 jobs  $0.01 estimated",
        "2026-03-02  1 job  $0.005 estimated",
        "total       3 jobs  $0.015 estimated",
    ]
