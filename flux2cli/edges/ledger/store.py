"""The connections of this process, one to write and one to read, and their transactions. Knows no table."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flux2cli.edges.ledger.error_messages import NOTHING_SENT, explained
from flux2cli.edges.ledger.open_database import FILE, open_ledger, open_reader
from flux2cli.edges.ledger.owners import Owners

_CLOSING_SECONDS = 1.0
_LARGEST_GROUP = 64
_PATIENCE = 0.25
"""Seconds after which a transaction no longer trusts another thread to commit it."""


class _Group:
    """Transactions of several threads that become durable with one commit, so with one wait for the disk."""

    def __init__(self) -> None:
        self.size = 0
        self.done = threading.Event()
        self.error: BaseException | None = None

    def end(self, error: BaseException | None = None) -> None:
        """It is durable, or for none of its transactions."""
        self.error = error
        self.done.set()


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
        self._reading = threading.Lock()
        self._reader: sqlite3.Connection | None = None
        self._group: _Group | None = None
        self._queue = 0
        self._counting = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to what is durable, beside those who write: each statement sees one state of the books."""
        if self._reader is None:
            with self._lock:
                self._opened()
        with self._reading:
            if self._reader is None:
                with explained(self.file, NOTHING_SENT):
                    self._reader = open_reader(self._directory)
            with explained(self.file):
                yield self._reader

    @contextmanager
    def writing(self, so: str = "") -> Iterator[sqlite3.Connection]:
        """One transaction, all or nothing, durable at the end; `so` is what it means for the user when it fails.

        Threads that write at the same time share a commit: each has a savepoint of its own, and the last one in the
        queue commits for all.
        """
        self._wait_for_turn()
        try:
            db = self._opened()
            with explained(self.file, so):
                group = self._joined(db)
                try:
                    yield db
                    db.execute("RELEASE own")
                except BaseException as error:
                    self._undo(db, group, error)
                    raise
        finally:
            if self._group is not None and (not self._queue or self._group.size >= _LARGEST_GROUP):
                self._commit()
            self._lock.release()
        self._see_through(group)
        if group.error is not None:
            with explained(self.file, so):
                raise group.error

    def _wait_for_turn(self) -> None:
        """Take the lock; whoever holds it can see that somebody waits, and leaves the commit to him."""
        with self._counting:
            self._queue += 1
        try:
            self._lock.acquire()
        finally:
            with self._counting:
                self._queue -= 1

    def _joined(self, db: sqlite3.Connection) -> _Group:
        if self._group is None:
            db.execute("BEGIN IMMEDIATE")
            self._group = _Group()
        db.execute("SAVEPOINT own")
        self._group.size += 1
        return self._group

    def _undo(self, db: sqlite3.Connection, group: _Group, error: BaseException) -> None:
        """Take back one transaction; where SQLite took back all of them, as on a full disk, the others fail with it."""
        try:
            if db.in_transaction:
                db.execute("ROLLBACK TO own")
                db.execute("RELEASE own")
                return
        except sqlite3.Error:
            _roll_back(db)
        self._group = None
        group.end(error)

    def _commit(self) -> None:
        """Make the group durable. Its members raise what goes wrong here."""
        group, self._group = self._group, None
        if group is None or self._db is None:
            return
        try:
            self._db.execute("COMMIT")
            group.end()
        except sqlite3.Error as error:
            _roll_back(self._db)
            group.end(error)

    def _see_through(self, group: _Group) -> None:
        """Wait until the group is durable; should the one who was to commit be gone, do it."""
        while not group.done.wait(_PATIENCE):
            with self._lock:
                if self._group is group:
                    self._commit()

    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            with explained(self.file, NOTHING_SENT):
                self._db = open_ledger(self._directory, mounts=self._mounts, migrations=self._migrations)
                self.owners.sweep()
        return self._db

    def close(self) -> None:
        """Let go of this process's lock and of the file; a later use opens it again.

        Waits a second at most for a thread that is writing or reading: the end of the process lets go as well.
        """
        if not self._lock.acquire(timeout=_CLOSING_SECONDS):
            return
        try:
            self._commit()
            self.owners.close()
            if self._db is not None:
                self._db.close()
        finally:
            self._db = None
            self._lock.release()
        self._close_reader()

    def _close_reader(self) -> None:
        """Not while another thread reads: closing a connection under a running statement crashes the process."""
        if not self._reading.acquire(timeout=_CLOSING_SECONDS):
            return
        try:
            if self._reader is not None:
                self._reader.close()
        finally:
            self._reader = None
            self._reading.release()


def _roll_back(db: sqlite3.Connection) -> None:
    try:
        if db.in_transaction:
            db.execute("ROLLBACK")
    except sqlite3.Error:
        pass  # the first error is the one to tell; an open transaction ends with its connection
