"""Translates errors of SQLite and of the system into InternalError: a sentence and a hint about the ledger's file."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flux2cli.errors import InternalError

NOTHING_SENT = "nothing was sent"
ELSEWHERE = "or set FLUX2_STATE_DIR to a directory on a local disk"


class UnreadableRowError(Exception):
    """A row of the ledger that cannot be parsed."""


@contextmanager
def explained(file: Path, consequence: str = "") -> Iterator[None]:
    """Turns errors of SQLite and of the system in the block into InternalError.

    `consequence` completes the error message, such as `nothing was sent`.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _of_sqlite(file, error, consequence) from error
    except UnreadableRowError as error:
        raise damaged(file, str(error), consequence) from error
    except OSError as error:
        raise unusable(Path(os.fsdecode(error.filename or file)), error.strerror or str(error), consequence) from error


def damaged(file: Path, reason: str, consequence: str = "") -> InternalError:
    """The error for a damaged file. The program never repairs or replaces one: only the user may."""
    from shlex import quote

    return InternalError(
        _sentence(f"The ledger `{file}` is damaged ({reason})", consequence),
        hint="put a copy back, or salvage what is left with "
        f"`sqlite3 {quote(str(file))} .recover | sqlite3 new.sqlite3`; "
        f"to start a new one, move `{file}`, `{file.name}-wal` and `{file.name}-shm` away together: "
        "it may name jobs that were paid for",
    )


def newer(file: Path, version: int, known: int) -> InternalError:
    """The error for a file that a later flux2cli wrote. `version` is the file's, `known` the highest readable one."""
    return InternalError(
        _sentence(
            f"The ledger `{file}` has version {version}; this flux2cli knows versions up to {known}", NOTHING_SENT
        ),
        hint="upgrade flux2cli, or set FLUX2_STATE_DIR to another directory",
    )


def on_network(directory: Path, kind: str) -> InternalError:
    """The error for a state directory on a network file system, which SQLite's write-ahead log cannot use."""
    return InternalError(
        _sentence(
            f"The ledger cannot be kept in `{directory}`, which is on a network file system ({kind})", NOTHING_SENT
        ),
        hint="set FLUX2_STATE_DIR to a directory on a local disk",
    )


def unusable(path: Path, reason: str, consequence: str = "") -> InternalError:
    """The error for a path that cannot be created, locked, read or written."""
    return InternalError(
        _sentence(f"The ledger needs `{path}`, which cannot be used: {reason}", consequence),
        hint=f"check its permissions and its disk, {ELSEWHERE}",
    )


def _of_sqlite(file: Path, error: sqlite3.Error, consequence: str) -> InternalError:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return damaged(file, str(error), consequence)
    if name.startswith("SQLITE_FULL"):
        return InternalError(
            _sentence(f"The ledger `{file}` cannot be written: {error}", consequence),
            hint=f"free some space on its disk, {ELSEWHERE}",
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return InternalError(
            _sentence(f"The ledger `{file}` stayed locked by another process: {error}", consequence),
            hint=f"`fuser {file}` names the processes that use it",
        )
    return unusable(file, str(error), consequence)


def _sentence(text: str, consequence: str) -> str:
    return f"{text}; {consequence}." if consequence else f"{text}."
