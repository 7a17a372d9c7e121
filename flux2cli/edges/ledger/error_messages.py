"""What the system and SQLite say when the ledger cannot be used, as sentences with what to do about it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flux2cli.errors import InternalError

NOTHING_SENT = "nothing was sent"
ELSEWHERE = "or set FLUX2_STATE_DIR to a directory on a local disk"


class UnreadableRowError(Exception):
    """A row that is not a job."""


@contextmanager
def explained(file: Path, so: str = "") -> Iterator[None]:
    """Errors of SQLite and of the system in the block come out as InternalError.

    `so` says what follows for the user, such as `nothing was sent`.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _of_sqlite(file, error, so) from error
    except UnreadableRowError as error:
        raise damaged(file, str(error), so) from error
    except OSError as error:
        raise unusable(Path(os.fsdecode(error.filename or file)), error.strerror or str(error), so) from error


def damaged(file: Path, reason: str, so: str = "") -> InternalError:
    """The file is not a ledger any more; nothing repairs or replaces it but its user."""
    from shlex import quote

    return InternalError(
        _sentence(f"The ledger `{file}` is damaged ({reason})", so),
        hint="put a copy back, or salvage what is left with "
        f"`sqlite3 {quote(str(file))} .recover | sqlite3 new.sqlite3`; "
        f"to start a new one, move `{file}`, `{file.name}-wal` and `{file.name}-shm` away together: "
        "it may name jobs that were paid for",
    )


def newer(file: Path, version: int, known: int) -> InternalError:
    """A later flux2cli wrote the file."""
    return InternalError(
        _sentence(
            f"The ledger `{file}` has version {version}; this flux2cli knows versions up to {known}", NOTHING_SENT
        ),
        hint="upgrade flux2cli, or set FLUX2_STATE_DIR to another directory",
    )


def on_network(directory: Path, kind: str) -> InternalError:
    """The directory lies where the books of several processes cannot be kept together."""
    return InternalError(
        _sentence(
            f"The ledger cannot be kept in `{directory}`, which is on a network file system ({kind})", NOTHING_SENT
        ),
        hint="set FLUX2_STATE_DIR to a directory on a local disk",
    )


def unusable(path: Path, reason: str, so: str = "") -> InternalError:
    """The path cannot be made, locked, read or written."""
    return InternalError(
        _sentence(f"The ledger needs `{path}`, which cannot be used: {reason}", so),
        hint=f"check its permissions and its disk, {ELSEWHERE}",
    )


def _of_sqlite(file: Path, error: sqlite3.Error, so: str) -> InternalError:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return damaged(file, str(error), so)
    if name.startswith("SQLITE_FULL"):
        return InternalError(
            _sentence(f"The ledger `{file}` cannot be written: {error}", so),
            hint=f"free some space on its disk, {ELSEWHERE}",
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return InternalError(
            _sentence(f"The ledger `{file}` stayed locked by another process: {error}", so),
            hint=f"`fuser {file}` names the processes that use it",
        )
    return unusable(file, str(error), so)


def _sentence(text: str, so: str) -> str:
    return f"{text}; {so}." if so else f"{text}."
