"""No command reads the whole ledger to show a page: what SQLite reads does not grow with the number of jobs."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import get_args

import pytest
from support.fal_stub import fal
from support.many_jobs import make_ledger
from support.shell import Shell
from support.stub import Stub

from flux2cli.core.job.job import State
from flux2cli.edges.ledger import Ledger, open_database
from flux2cli.edges.ledger.job_lists import JobFilter

FEW, MANY = 2_000, 20_000
COMMANDS: dict[str, tuple[str, ...]] = {
    "list": ("jobs", "list"),
    "list-json": ("jobs", "list", "--json", "--limit", "20"),
    "list-state": ("jobs", "list", "--state", "saved", "--limit", "20"),
    "list-label": ("jobs", "list", "--label", "label-7", "--limit", "20"),
    "list-no-label": ("jobs", "list", "--label", "nothing"),
    "list-provider": ("jobs", "list", "--provider", "bfl"),
    "list-since": ("jobs", "list", "--since", "2000-01-01", "--limit", "20"),
    "list-all": ("jobs", "list", "--label", "label-7", "--provider", "fal", "--since", "2000-01-01", "--state",
                 "saved", "--limit", "20"),
    "show": ("jobs", "show", "aaaaaaaa"),
    "cancel": ("jobs", "cancel", "aaaaaaaa"),
    "resolve": ("jobs", "resolve", "aaaaaaaa", "--as", "not-sent"),
    "forget": ("jobs", "forget", "--before", "2000-01-01"),
    "run": ("flash", "a fox", "--no-wait"),
    "batch": ("batch", "rows.csv", "-m", "flash", "-o", "new/"),
    "batch-there": ("batch", "rows.csv", "-m", "flash", "-o", "/data/out/", "--dry-run"),
    "cost-day": ("cost", "--since", "2000-01-01"),
    "cost-label": ("cost", "--by", "label"),
    "doctor": ("doctor", "--offline"),
}  # fmt: skip
COUNTED = {"cost-day", "cost-label", "doctor", "list"}
"""Commands that read the counts of jobs, of which there are some for each day, and not the jobs."""


class Steps:
    """Counts the steps of SQLite's machine, of which each row read takes some, and keeps the statements."""

    def __init__(self) -> None:
        self.count = 0
        self.statements: list[str] = []

    def watch(self, db: sqlite3.Connection) -> sqlite3.Connection:
        db.set_progress_handler(self._step, 1)
        db.set_trace_callback(self.statements.append)
        return db

    def _step(self) -> int:
        self.count += 1
        return 0


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    watched, connect = Steps(), open_database._connect
    monkeypatch.setattr(open_database, "_connect", lambda file, mode: watched.watch(connect(file, mode)))
    return watched


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    made = {}
    for jobs in (FEW, MANY):
        made[jobs] = tmp_path_factory.mktemp(f"{jobs}")
        make_ledger(made[jobs], jobs)
    return made


@pytest.fixture
def measured(shell: Shell, stub: Stub, steps: Steps, ledgers: dict[int, Path]) -> Callable[[int, str], int]:
    """The steps of a command over a ledger of so many jobs."""
    (shell.cwd / "rows.csv").write_text("id,prompt\none,a fox\ntwo,an owl\n")

    def measure(jobs: int, command: str) -> int:
        shell.environ["FLUX2_STATE_DIR"] = str(ledgers[jobs])
        before = steps.count
        ran = shell.run(*COMMANDS[command], env={**fal(stub), "FLUX2_BUDGET_PER_DAY": "1000"})
        assert ran.code in ((0,) if command not in ("cancel", "resolve", "doctor") else (0, 1, 2)), ran.err
        return steps.count - before

    return measure


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in COUNTED])
def test_ten_times_the_jobs_take_no_more_reading(measured: Callable[[int, str], int], command: str) -> None:
    few, many = measured(FEW, command), measured(MANY, command)

    assert many < few * 1.2 + 500


@pytest.mark.parametrize(
    "query",
    [
        lambda ledger: ledger.with_request("fal", "nothing"),
        lambda ledger: ledger.same_request("nothing", ("submitted", "ready"), limit=5),
        lambda ledger: ledger.row("/data/out", "nothing"),
        lambda ledger: list(islice(ledger.each_job(JobFilter(states=("submitted", "ready")), page=1), 2)),
    ],
)
def test_a_query_reads_what_it_returns(
    steps: Steps, ledgers: dict[int, Path], query: Callable[[Ledger], object]
) -> None:
    with closing(Ledger(ledgers[MANY], now=lambda: datetime.now(UTC))) as ledger:
        ledger.count(("ready",))
        before = steps.count
        query(ledger)

    assert steps.count - before < 1_000


@pytest.mark.parametrize("command", sorted(COUNTED))
def test_sums_read_counts_and_no_jobs(
    measured: Callable[[int, str], int], steps: Steps, ledgers: dict[int, Path], command: str
) -> None:
    measured(MANY, command)

    with closing(sqlite3.connect(ledgers[MANY] / "ledger.sqlite3")) as db:
        assert list(scans(db, steps.statements)) == []
        [(counts,)] = db.execute("SELECT count(*) FROM job_counts")
    assert counts < MANY / 10


@pytest.mark.parametrize("state", [state for state in get_args(State) if state != "submitting"])
def test_a_page_of_a_ledger_whose_jobs_are_all_in_one_state(shell: Shell, steps: Steps, state: State) -> None:
    make_ledger(shell.state, 3_000, only_state=state)
    before = steps.count

    ran = shell.run("jobs", "list")

    assert ran.code == 0
    assert len(ran.out.splitlines()) <= 120
    assert steps.count - before < 60_000


def scans(db: sqlite3.Connection, statements: list[str]) -> Iterator[str]:
    """The statements that go through all jobs or files, with SQLite's plan. A page goes through some, by an index."""
    for sql in statements:
        if "LIMIT" not in sql and sql.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE")):
            plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
            if any(line.startswith(("SCAN jobs", "SCAN files")) for line in plan):
                yield f"{sql}: {plan}"
