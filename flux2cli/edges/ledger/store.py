"""This process's two connections, one to write and one to read, and their transactions. Knows no table."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flux2cli.edges.ledger.error_messages import NOTHING_SENT, explained
from flux2cli.edges.ledger.open_database import FILE, open_ledger, open_reader
from flux2cli.edges.ledger.owners import Owners

_CLOSE_TIMEOUT = 1.0
_LARGEST_GROUP = 64
_COMMIT_TIMEOUT = 0.25
"""Seconds that a transaction waits for another thread to commit it, before it commits itself."""


class _Group:
    """Transactions of several threads that share one commit, so one wait for the disk."""

    def __init__(self) -> None:
        self.size = 0
        self.done = threading.Event()
        self.error: BaseException | None = None

    def finish(self, error: BaseException | None = None) -> None:
        """Wake the waiting threads: all transactions are durable, or, with an error, none is."""
        self.error = error
        self.done.set()


class Store:
    """The ledger's file and owner locks, opened at the first use. Threads take turns."""

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
        self._waiting = 0
        self._waiting_lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees committed data only, beside writers: each statement sees one state of the ledger."""
        if self._reader is None:
            with self._lock:
                self._open()
        with self._reading:
            if self._reader is None:
                with explained(self.file, NOTHING_SENT):
                    self._reader = open_reader(self._directory)
            with explained(self.file):
                yield self._reader

    @contextmanager
    def writing(self, consequence: str = "") -> Iterator[sqlite3.Connection]:
        """One transaction, all or nothing, durable at the end. `consequence` completes the error message.

        Threads that write at the same time share a commit: each has its own savepoint, and the last one in the queue
        commits for all.
        """
        self._wait_for_turn()
        try:
            db = self._open()
            with explained(self.file, consequence):
                group = self._join_group(db)
                try:
                    yield db
                    db.execute("RELEASE own")
                except BaseException as error:
                    self._undo_own(db, group, error)
                    raise
        finally:
            if self._group is not None and (not self._waiting or self._group.size >= _LARGEST_GROUP):
                self._commit()
            self._lock.release()
        self._await_commit(group)
        if group.error is not None:
            with explained(self.file, consequence):
                raise group.error

    def _wait_for_turn(self) -> None:
        """Acquire the lock. Waiters are counted, so the holder can leave the commit to the last of the group."""
        with self._waiting_lock:
            self._waiting += 1
        try:
            self._lock.acquire()
        finally:
            with self._waiting_lock:
                self._waiting -= 1

    def _join_group(self, db: sqlite3.Connection) -> _Group:
        if self._group is None:
            db.execute("BEGIN IMMEDIATE")
            self._group = _Group()
        db.execute("SAVEPOINT own")
        self._group.size += 1
        return self._group

    def _undo_own(self, db: sqlite3.Connection, group: _Group, error: BaseException) -> None:
        """Roll one transaction back; where SQLite rolled all of them back, as on a full disk, the others fail too."""
        try:
            if db.in_transaction:
                db.execute("ROLLBACK TO own")
                db.execute("RELEASE own")
                return
        except sqlite3.Error:
            _roll_back(db)
        self._group = None
        group.finish(error)

    def _commit(self) -> None:
        """Commit the group. An error here is raised by each of its members."""
        group, self._group = self._group, None
        if group is None or self._db is None:
            return
        try:
            self._db.execute("COMMIT")
            group.finish()
        except sqlite3.Error as error:
            _roll_back(self._db)
            group.finish(error)

    def _await_commit(self, group: _Group) -> None:
        """Wait until the group is durable. If the committing thread died, commit here."""
        while not group.done.wait(_COMMIT_TIMEOUT):
            with self._lock:
                if self._group is group:
                    self._commit()

    def _open(self) -> sqlite3.Connection:
        if self._db is None:
            with explained(self.file, NOTHING_SENT):
                self._db = open_ledger(self._directory, mounts=self._mounts, migrations=self._migrations)
                self.owners.sweep()
        return self._db

    def close(self) -> None:
        """Release this process's owner lock and close the file; a later use opens it again.

        Waits a second at most for a thread that is writing or reading: the end of the process closes both as well.
        """
        if not self._lock.acquire(timeout=_CLOSE_TIMEOUT):
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
        """Close the reader, unless a thread reads: closing a connection under a running statement crashes Python."""
        if not self._reading.acquire(timeout=_CLOSE_TIMEOUT):
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
        pass  # the first error is the one to report; an open transaction ends with its connection
