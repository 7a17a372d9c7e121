"""The structure of a ledger's file: sound, damaged, or none at all. Nothing is changed or made."""

import sqlite3
from contextlib import closing
from pathlib import Path

from flux2cli.edges.ledger.integrity import Examined, examine, ledger_file


def test_a_sound_file_has_no_damage(tmp_path: Path) -> None:
    with closing(sqlite3.connect(ledger_file(tmp_path))) as db, db:
        db.execute("CREATE TABLE jobs (id)")

    assert examine(tmp_path) == Examined(None, True)


def test_a_file_that_is_no_database_is_told_in_sqlites_words(tmp_path: Path) -> None:
    ledger_file(tmp_path).write_bytes(b"not a database, " * 100)

    assert examine(tmp_path) == Examined("file is not a database", True)
    assert ledger_file(tmp_path).read_bytes() == b"not a database, " * 100


def test_a_ledger_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert examine(tmp_path) == Examined("unable to open database file", True)
    assert not ledger_file(tmp_path).exists()


def test_of_a_large_file_the_newest_jobs_are_read(file: Path) -> None:
    assert examine(file.parent, largest=1000) == Examined(None, False)


def test_a_large_file_whose_index_lacks_a_job_is_damaged(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db:
        [(page,)] = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_jobs_1'")
        [(size,)] = db.execute("PRAGMA page_size")
    with file.open("r+b") as pages:
        pages.seek((page - 1) * size + 3)
        pages.write(bytes(2))  # the number of entries on the page

    assert examine(file.parent, largest=1000).damage == "an index lacks jobs"
