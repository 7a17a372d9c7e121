"""The one connection of this process and its transactions. Knows nothing of what is in the tables."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flux2cli.edges.ledger.opening import FILE, open_ledger
from flux2cli.edges.ledger.owners import Owners
from flux2cli.edges.ledger.trouble import NOTHING_SENT, explained

_CLOSING_SECONDS = 1.0


class Store:
    """The ledger's file and owner locks, opened at the first use and shared by all threads, one at a time."""

    def __init__(self, directory: Path, *, mounts: str | None, migrations: Sequence[str]) -> None:
        self.file = directory / FILE
        self.owners = Owners(directory)
        self._directory = directory
        self._mounts = mounts
        self._migrations = migrations
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for reading: each statement sees one state of the books."""
        with self._lock:
            db = self._opened()
            with explained(self.file):
                yield db

    @contextmanager
    def writing(self, so: str = "") -> Iterator[sqlite3.Connection]:
        """One transaction, all or nothing; `so` is what it means for the user when it fails."""
        with self._lock:
            db = self._opened()
            with explained(self.file, so):
                db.execute("BEGIN IMMEDIATE")
                try:
                    yield db
                    db.execute("COMMIT")
                except BaseException:
                    _roll_back(db)
                    raise

    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            with explained(self.file, NOTHING_SENT):
                self._db = open_ledger(self._directory, mounts=self._mounts, migrations=self._migrations)
                self.owners.sweep()
        return self._db

    def close(self) -> None:
        """Let go of this process's lock and of the file; a later use opens it again.

        Waits a second at most for a thread that is writing: the end of the process lets go as well.
        """
        if not self._lock.acquire(timeout=_CLOSING_SECONDS):
            return
        try:
            self.owners.close()
            if self._db is not None:
                self._db.close()
        finally:
            self._db = None
            self._lock.release()


def _roll_back(db: sqlite3.Connection) -> None:
    try:
        if db.in_transaction:
            db.execute("ROLLBACK")
    except sqlite3.Error:
        pass  # the first error is the one to tell; an open transaction ends with its connection
