"""The ledger's file: made for its user only, migrated, and never touched when it cannot be worked with."""

import fcntl
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from support.ledger_files import FOX, Open, execute, trouble

from flux2cli.edges.ledger.locks import locked
from flux2cli.errors import InternalError


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nothing_is_made_before_the_first_use(tmp_path: Path, opened: Open) -> None:
    opened(tmp_path / "state").close()
    assert not (tmp_path / "state").exists()


def test_directories_and_files_are_for_their_user_only_whatever_the_umask(tmp_path: Path, opened: Open) -> None:
    before = os.umask(0)
    try:
        opened(tmp_path / "new" / "deep" / "state").begin(FOX)
        found = {str(path.relative_to(tmp_path / "new")): mode(path) for path in (tmp_path / "new").rglob("*")}
    finally:
        os.umask(before)
    [owner] = [name for name in found if name.startswith("deep/state/run/")]
    assert mode(tmp_path / "new") == 0o700
    assert found == {
        "deep": 0o700,
        "deep/state": 0o700,
        "deep/state/run": 0o700,
        owner: 0o600,
        "deep/state/run.lock": 0o600,
        "deep/state/ledger.lock": 0o600,
        "deep/state/ledger.sqlite3": 0o600,
        "deep/state/ledger.sqlite3-wal": 0o600,
        "deep/state/ledger.sqlite3-shm": 0o600,
    }


def test_reading_makes_no_owner(tmp_path: Path, opened: Open) -> None:
    assert opened(tmp_path / "state").jobs() == []
    assert list((tmp_path / "state" / "run").iterdir()) == []


def test_commits_go_to_a_write_ahead_log_and_wait_for_the_disk(tmp_path: Path, opened: Open) -> None:
    books = opened(tmp_path / "state")
    books.begin(FOX)
    db = books._store._db
    assert db is not None
    assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert db.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert db.execute("PRAGMA busy_timeout").fetchone()[0] == 30_000


def test_an_empty_file_left_by_a_crash_is_initialised(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "ledger.sqlite3").touch()
    books = opened(tmp_path)
    assert books.begin(FOX).job_id == "foxfox22"


def test_a_file_whose_maker_died_before_the_tables_is_initialised(tmp_path: Path, opened: Open) -> None:
    execute(tmp_path / "ledger.sqlite3", "PRAGMA journal_mode = WAL")
    assert (tmp_path / "ledger.sqlite3").stat().st_size > 0
    assert opened(tmp_path).begin(FOX).job_id == "foxfox22"


def test_a_file_whose_maker_died_in_the_middle_of_a_write_is_initialised(tmp_path: Path, opened: Open) -> None:
    file = tmp_path / "ledger.sqlite3"
    half_a_write = """
import os, signal, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.executescript("PRAGMA cache_size = 1; BEGIN; CREATE TABLE half (x)")
db.executemany("INSERT INTO half VALUES (?)", [("x" * 3000,)] * 50)
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", half_a_write, file], check=False)
    assert file.with_name("ledger.sqlite3-journal").stat().st_size > 0
    assert opened(tmp_path).begin(FOX).job_id == "foxfox22"
    assert execute(file, "SELECT name FROM sqlite_master WHERE name = 'half'") == []


def test_another_programs_database_is_not_taken_over(tmp_path: Path, opened: Open) -> None:
    file = tmp_path / "ledger.sqlite3"
    execute(file, "CREATE TABLE songs (title TEXT)")
    before = file.read_bytes()
    assert "it is a database, but not a ledger" in trouble(opened(tmp_path)).message
    assert file.read_bytes() == before


@pytest.mark.parametrize("emptied", [True, False])
def test_a_log_without_its_ledger_is_kept(tmp_path: Path, opened: Open, emptied: bool) -> None:
    file, log = tmp_path / "ledger.sqlite3", tmp_path / "ledger.sqlite3-wal"
    log.write_bytes(b"the last jobs")
    if emptied:
        file.touch()
    assert "is missing or empty beside its `ledger.sqlite3-wal`" in trouble(opened(tmp_path)).message
    assert log.read_bytes() == b"the last jobs"
    assert file.exists() == emptied


def test_a_network_file_system_is_refused_before_anything_is_made(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "mnt")
    (tmp_path / "mnt").mkdir()
    mounts = f"server:/x {os.path.realpath(tmp_path)}/mnt nfs4 rw 0 0\n"
    error = trouble(opened(tmp_path / "link" / "state", mounts=mounts))
    assert error.message == (
        f"The ledger cannot be kept in `{tmp_path}/link/state`, which is on a network file system (nfs4); "
        "nothing was sent."
    )
    assert error.hint == "set FLUX2_STATE_DIR to a directory on a local disk"
    assert list((tmp_path / "mnt").iterdir()) == []


def test_a_ledger_that_another_process_never_stops_opening_is_not_waited_for_forever(tmp_path: Path) -> None:
    lock = tmp_path / "ledger.lock"
    with lock.open("w") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        with (
            pytest.raises(InternalError, match=r"`.*ledger\.lock`.*another process has held it"),
            locked(lock, timeout=0.02),
        ):
            pass


"""Begins a job as a user without privileges, for whom modes count, with files of a limited size."""
