"""The structure of a ledger's file: sound, damaged, or none at all. Nothing is changed or made."""

import sqlite3
from contextlib import closing
from pathlib import Path

from flux2cli.edges.ledger.integrity import damage, ledger_file


def test_a_sound_file_has_no_damage(tmp_path: Path) -> None:
    with closing(sqlite3.connect(ledger_file(tmp_path))) as db, db:
        db.execute("CREATE TABLE jobs (id)")

    assert damage(tmp_path) is None


def test_a_file_that_is_no_database_is_told_in_sqlites_words(tmp_path: Path) -> None:
    ledger_file(tmp_path).write_bytes(b"not a database, " * 100)

    assert damage(tmp_path) == "file is not a database"
    assert ledger_file(tmp_path).read_bytes() == b"not a database, " * 100


def test_a_ledger_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert damage(tmp_path) == "unable to open database file"
    assert not ledger_file(tmp_path).exists()
