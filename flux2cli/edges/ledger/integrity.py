"""Checks the structure of a ledger's file without changing it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from flux2cli.edges.ledger.open_database import FILE


def ledger_file(directory: Path) -> Path:
    """The path of a state directory's ledger, whether it exists or not."""
    return directory / FILE


def damage(directory: Path) -> str | None:
    """SQLite's first finding about the file's structure, None for a sound file. Reads the whole file."""
    uri = f"{ledger_file(directory).absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=5.0)) as db:
            finding = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)
    return None if finding == "ok" else finding
