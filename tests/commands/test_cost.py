"""`flux2 cost`: sums with their source, ranges, and what is unknown."""

import json
import sqlite3
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from support.fal_stub import fal
from support.shell import Shell
from support.stub import Say, Stub

from flux2cli.edges.ledger import Ledger


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


def test_a_hundred_thousand_jobs_take_less_than_two_seconds(shell: Shell) -> None:
    ledger = Ledger(shell.state, now=lambda: datetime.now(UTC))
    assert ledger.jobs() == []
    ledger.close()
    record = json.dumps({"amount": "0.005", "max": "0.005", "currency": "USD", "source": "estimated",
                         "price_source": "https://fal.ai/models", "price_verified_on": "2026-11-20"})  # fmt: skip
    with sqlite3.connect(shell.state / "ledger.sqlite3") as db:
        db.execute(
            "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 99999)"
            " INSERT INTO jobs (state, provider, variant, endpoint, mode, request_key, sandbox, payload_sha256,"
            " payload, output, inputs, warnings, meta, follow, estimate, asked, cost, job_id, created_at,"
            " updated_at, label)"
            " SELECT 'saved', 'fal', 'flash', 'fal-ai/flux-2/flash', 'text', 'k', 0, '', '{}', '{}', '[]', '[]', '{}',"
            " '{}', ?1, '{}', ?1, printf('job%06d', n), printf('2026-%02d-%02dT10:00:00.000Z', n % 12 + 1, n % 28 + 1),"
            " '', printf('label %d', n % 50) FROM numbers",
            (record,),
        )
    db.close()

    began = time.process_time()
    total = shell.run("cost", "--json").json["total"]["estimated"]

    assert time.process_time() - began < 2
    assert (total["jobs"], total["amount"]) == (100_000, "500.00")
