"""Opens the ledger's file: creates, checks and migrates it. Never replaces or repairs one.

Only SQLite opens the file itself: closing any other descriptor of it would drop this process's locks on it.
"""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from flux2cli.edges.ledger.error_messages import NOTHING_SENT, damaged, newer, on_network, unusable
from flux2cli.edges.ledger.locks import locked
from flux2cli.edges.ledger.mounts import mounts_of_this_machine, network_mount

FILE = "ledger.sqlite3"
_BUSY_SECONDS = 30.0


def open_ledger(directory: Path, *, mounts: str | None, migrations: Sequence[str]) -> sqlite3.Connection:
    """A connection to the ledger of `directory`, created or migrated as needed, for one thread at a time.

    InternalError for a network file system, a damaged file or one of a later version; OSError and sqlite3.Error
    are not translated.
    """
    kind = network_mount(Path(os.path.realpath(directory)), mounts_of_this_machine() if mounts is None else mounts)
    if kind is not None:
        raise on_network(directory, kind)
    _make_private(directory / "run")
    file = directory / FILE
    # Processes that create the file or switch its journal at the same time get "database is locked" without a wait.
    with locked(directory / "ledger.lock"):
        if _has_content(file):
            _inspect(file, len(migrations))
        elif _has_content(_write_ahead_log(file)):
            # The file was moved or emptied. SQLite would delete its write-ahead log, and the last jobs with it.
            raise damaged(file, f"it is missing or empty beside its `{FILE}-wal`", NOTHING_SENT)
        else:
            _create(file)
        return _migrated(file, migrations)


def _make_private(directory: Path) -> None:
    """Create the directory and its missing parents, accessible to this user only."""
    for path in reversed([path for path in (directory, *directory.parents) if not path.exists()]):
        path.mkdir(mode=0o700, exist_ok=True)


def _create(file: Path) -> None:
    """Create an empty file for this user only; SQLite gives its companions (-wal, -shm) the same mode."""
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        pass  # empty: the process that created it was killed before it wrote anything


def _inspect(file: Path, known: int) -> None:
    """InternalError for a file that is damaged, no ledger, or newer than version `known`. Never writes.

    It connects read-only, which leaves the write-ahead log in place; but a process killed while it created the file
    leaves a rollback journal, which only a writer can undo.
    """
    mode = "rw" if _has_content(file.with_name(f"{file.name}-journal")) else "ro"
    with closing(_connect(file, mode)) as db:
        version, tables = _number(db, "PRAGMA user_version"), _number(db, "SELECT count(*) FROM sqlite_master")
        size = _number(db, "PRAGMA page_count") * _number(db, "PRAGMA page_size")
        # While a connection is open the log only grows: if it is empty, every page must be in the file.
        truncated = not _has_content(_write_ahead_log(file)) and file.stat().st_size < size
    if truncated:
        raise damaged(file, "its end is missing", NOTHING_SENT)
    if version > known:
        raise newer(file, version, known)
    if version == 0 and tables:
        raise damaged(file, "it is a database, but not a ledger", NOTHING_SENT)


def open_reader(directory: Path) -> sqlite3.Connection:
    """A second connection to an open ledger: it sees committed data only, and cannot write."""
    db = _connect(directory / FILE, "rw")  # "ro" could not open the write-ahead log's shared index
    db.execute("PRAGMA query_only = ON")
    return db


def _migrated(file: Path, migrations: Sequence[str]) -> sqlite3.Connection:
    db = _connect(file, "rw")
    try:
        _use_write_ahead_log(db, file)
        db.execute("PRAGMA synchronous = FULL")
        _migrate(db, migrations)
        db.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        db.close()
        raise
    return db


def _use_write_ahead_log(db: sqlite3.Connection, file: Path) -> None:
    (mode,) = db.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise unusable(file, "its file system takes no write-ahead log", NOTHING_SENT)


def _migrate(db: sqlite3.Connection, migrations: Sequence[str]) -> None:
    """Apply the migrations that the file lacks, each in one transaction. The caller holds the creation lock."""
    applied = _number(db, "PRAGMA user_version")
    for version, script in enumerate(migrations[applied:], applied + 1):
        db.executescript(f"BEGIN IMMEDIATE;\n{script}\n;PRAGMA user_version = {version};\nCOMMIT;")


def _connect(file: Path, mode: str) -> sqlite3.Connection:
    db = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode={mode}",  # without a mode SQLite would create a missing file
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    db.row_factory = sqlite3.Row
    db.text_factory = _text
    return db


def _text(raw: bytes) -> str:
    """Decodes a text column; a path that was not UTF-8 is stored, and comes back, with lone surrogates."""
    return raw.decode("utf-8", "surrogatepass")


def _number(db: sqlite3.Connection, sql: str) -> int:
    return int(db.execute(sql).fetchone()[0])


def _has_content(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except FileNotFoundError:
        return False


def _write_ahead_log(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")
