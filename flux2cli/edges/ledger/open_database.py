"""Opens the ledger's file: makes it, migrates it, or says why neither can be done. Never replaces or repairs one.

The file itself is opened by SQLite only: closing any other descriptor of it would drop this process's locks on it.
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
    """A connection to the ledger of `directory`, made or migrated as needed, for use by any thread, one at a time.

    InternalError for a network file system, a damaged file or one of a later version; OSError and sqlite3.Error
    come through as they are.
    """
    kind = network_mount(Path(os.path.realpath(directory)), mounts_of_this_machine() if mounts is None else mounts)
    if kind is not None:
        raise on_network(directory, kind)
    _make_private(directory / "run")
    file = directory / FILE
    # Processes that make the file or switch its journal at the same time see "database is locked" at once.
    with locked(directory / "ledger.lock"):
        if _has_content(file):
            _inspect(file, len(migrations))
        elif _has_content(_log_of(file)):
            # SQLite would delete the log, and with it the last jobs of a file that was moved or emptied.
            raise damaged(file, f"it is missing or empty beside its `{FILE}-wal`", NOTHING_SENT)
        else:
            _make(file)
        return _prepared(file, migrations)


def _make_private(directory: Path) -> None:
    """Make the directory and its missing parents for this user only."""
    for path in reversed([path for path in (directory, *directory.parents) if not path.exists()]):
        path.mkdir(mode=0o700, exist_ok=True)


def _make(file: Path) -> None:
    """An empty file for this user only; SQLite gives its companions the same mode."""
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        pass  # empty: its maker was killed before it wrote anything


def _inspect(file: Path, known: int) -> None:
    """Refuse what is not a ledger that can be worked with, without writing: a reader leaves the log where it is.

    Only a process killed while it made the file leaves a rollback journal, which no reader can undo.
    """
    mode = "rw" if _has_content(file.with_name(f"{file.name}-journal")) else "ro"
    with closing(_connect(file, mode)) as db:
        version, tables = _number(db, "PRAGMA user_version"), _number(db, "SELECT count(*) FROM sqlite_master")
        size = _number(db, "PRAGMA page_count") * _number(db, "PRAGMA page_size")
        # While a connection is open the log only grows: if it is empty, every page must be in the file.
        cut = not _has_content(_log_of(file)) and file.stat().st_size < size
    if cut:
        raise damaged(file, "its end is missing", NOTHING_SENT)
    if version > known:
        raise newer(file, version, known)
    if version == 0 and tables:
        raise damaged(file, "it is a database, but not a ledger", NOTHING_SENT)


def open_reader(directory: Path) -> sqlite3.Connection:
    """A second connection to books that are open: it sees what is durable, and cannot change it."""
    db = _connect(directory / FILE, "rw")  # "ro" could not join the log's index
    db.execute("PRAGMA query_only = ON")
    return db


def _prepared(file: Path, migrations: Sequence[str]) -> sqlite3.Connection:
    db = _connect(file, "rw")
    try:
        _use_log(db, file)
        db.execute("PRAGMA synchronous = FULL")
        _migrate(db, migrations)
        db.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        db.close()
        raise
    return db


def _use_log(db: sqlite3.Connection, file: Path) -> None:
    (mode,) = db.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise unusable(file, "its file system takes no write-ahead log", NOTHING_SENT)


def _migrate(db: sqlite3.Connection, migrations: Sequence[str]) -> None:
    """Apply what the file has not had yet, each script whole or not at all. Under the creation lock."""
    have = _number(db, "PRAGMA user_version")
    for version, script in enumerate(migrations[have:], have + 1):
        db.executescript(f"BEGIN IMMEDIATE;\n{script}\n;PRAGMA user_version = {version};\nCOMMIT;")


def _connect(file: Path, mode: str) -> sqlite3.Connection:
    db = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode={mode}",  # without a mode SQLite would make a missing file
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    db.row_factory = sqlite3.Row
    db.text_factory = _text
    return db


def _text(raw: bytes) -> str:
    """Paths that are not UTF-8 reach Python as lone surrogates and are kept as such."""
    return raw.decode("utf-8", "surrogatepass")


def _number(db: sqlite3.Connection, sql: str) -> int:
    return int(db.execute(sql).fetchone()[0])


def _has_content(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except FileNotFoundError:
        return False


def _log_of(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")
