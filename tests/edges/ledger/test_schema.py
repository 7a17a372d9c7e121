"""Ledgers of other versions: an older one is migrated whole or not at all, a newer one is left alone."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from support import SUPPORT
from support.ledger_files import Open, execute, trouble

import flux2cli
from flux2cli.edges.ledger.schema import MIGRATIONS

CHILD = SUPPORT / "ledger_child.py"
ENVIRON = {**os.environ, "PYTHONPATH": str(Path(flux2cli.__file__).parents[1])}


def test_an_older_ledger_gets_the_migrations_it_lacks_and_keeps_its_jobs(file: Path, opened: Open) -> None:
    later = (*MIGRATIONS, "CREATE TABLE budgets (day TEXT); INSERT INTO budgets VALUES ('2026-03-01')")
    books = opened(file.parent, migrations=later)
    assert [job.request_id for job in books.jobs()] == ["r-1"]
    books.close()
    opened(file.parent, migrations=later).jobs()
    assert execute(file, "SELECT day FROM budgets") == [("2026-03-01",)]
    assert execute(file, "PRAGMA user_version") == [(len(MIGRATIONS) + 1,)]


def test_a_migration_that_fails_half_way_leaves_no_trace(file: Path, opened: Open) -> None:
    bad = (*MIGRATIONS, "CREATE TABLE budgets (day TEXT)", "CREATE TABLE rows (x); CREATE TABLE jobs (y)")
    assert "table jobs already exists" in trouble(opened(file.parent, migrations=bad)).message
    assert execute(file, "PRAGMA user_version") == [(len(MIGRATIONS) + 1,)]
    names = execute(file, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    assert names == [("budgets",), ("files",), ("job_counts",), ("jobs",)]


def test_a_newer_ledger_is_left_alone(file: Path, opened: Open) -> None:
    execute(file, "PRAGMA user_version = 99")
    before = file.read_bytes()
    error = trouble(opened(file.parent))
    assert error.message == (
        f"The ledger `{file}` has version 99; this flux2cli knows versions up to {len(MIGRATIONS)}; nothing was sent."
    )
    assert error.hint == "upgrade flux2cli, or set FLUX2_STATE_DIR to another directory"
    assert file.read_bytes() == before


def test_a_newer_ledger_with_a_log_keeps_both(tmp_path: Path, opened: Open) -> None:
    file = tmp_path / "ledger.sqlite3"
    child = subprocess.Popen(
        [sys.executable, CHILD, tmp_path, "begin_and_hold", "fox"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRON,
    )  # fmt: skip
    assert child.stdout is not None
    child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.communicate()
    log = file.with_name("ledger.sqlite3-wal")
    before = file.read_bytes(), log.read_bytes()
    assert len(before[1]) > 0
    assert "knows versions up to 0" in trouble(opened(tmp_path, migrations=())).message
    assert (file.read_bytes(), log.read_bytes()) == before
    assert [job.state for job in opened(tmp_path).recover()] == ["unknown"]
