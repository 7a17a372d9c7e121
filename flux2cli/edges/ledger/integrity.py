"""Checks the structure of a ledger's file without changing it."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from flux2cli.edges.ledger.open_database import FILE

_WHOLE = 64 << 20
"""Bytes of the largest file that is checked as a whole: about 0.1 s."""
_NEWEST = 1000


@dataclass(frozen=True, slots=True)
class Examined:
    """SQLite's first finding, None for a sound file, and whether all of the file was checked."""

    damage: str | None
    whole: bool


def ledger_file(directory: Path) -> Path:
    """The path of a state directory's ledger, whether it exists or not."""
    return directory / FILE


def examine(directory: Path, *, largest: int = _WHOLE) -> Examined:
    """Check all of the file; of one with more than `largest` bytes only the newest 1,000 jobs and their counts."""
    file = ledger_file(directory)
    uri = f"{file.absolute().as_uri()}?mode=ro"
    whole = True
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=5.0)) as db:
            whole = file.stat().st_size <= largest
            return Examined(_damage(db) if whole else _damage_in_newest(db), whole)
    except (sqlite3.Error, OSError) as error:
        return Examined(str(error), whole)


def _damage(db: sqlite3.Connection) -> str | None:
    finding = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    return None if finding == "ok" else finding


def _damage_in_newest(db: sqlite3.Connection) -> str | None:
    """Reading the jobs, by their order and by the index of their ids, raises what is wrong with these pages."""
    ids = [row[0] for row in db.execute(f"SELECT job_id, * FROM jobs ORDER BY seq DESC LIMIT {_NEWEST}")]  # noqa: S608
    found = sum(db.execute("SELECT count(*) FROM jobs WHERE job_id = ?", (job_id,)).fetchone()[0] for job_id in ids)
    finding = str(db.execute("PRAGMA quick_check('job_counts')").fetchone()[0])
    if finding != "ok":
        return finding
    return None if found == len(ids) else "an index lacks jobs"
