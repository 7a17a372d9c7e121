"""Looks a ledger's file over without changing it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from flux2cli.edges.ledger.open_database import FILE


def ledger_file(directory: Path) -> Path:
    """Where the ledger of a state directory is, whether it exists or not."""
    return directory / FILE


def damage(directory: Path) -> str | None:
    """SQLite's first complaint about the structure of the file, None when it has none. Reads all of it."""
    address = f"{ledger_file(directory).absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=5.0)) as db:
            said = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)
    return None if said == "ok" else said
