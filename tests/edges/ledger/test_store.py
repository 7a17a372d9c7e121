"""Threads that write at the same time share a commit: one wait for the disk, and nobody pays for another's mistake."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import flux2cli
from flux2cli.edges.ledger import store as store_module
from flux2cli.edges.ledger.store import Store
from flux2cli.errors import Flux2Error, InternalError

TABLES = """
    CREATE TABLE notes (text TEXT NOT NULL);
    CREATE TABLE parents (id INTEGER PRIMARY KEY);
    CREATE TABLE children (parent INTEGER REFERENCES parents(id) DEFERRABLE INITIALLY DEFERRED);
"""
ENVIRON = {**os.environ, "PYTHONPATH": str(Path(flux2cli.__file__).parents[1])}

Write = Callable[[sqlite3.Connection], object]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(
        store_module, "_COMMIT_TIMEOUT", 30.0
    )  # who is left to somebody else's commit must not be waiting
    with closing(Store(tmp_path, mounts="", migrations=[TABLES])) as store:
        yield store


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(128) as pool:
        yield pool


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.001)


def write(store: Store, *writes: Write) -> None:
    with store.writing("so it goes") as db:
        for one in writes:
            one(db)


def note(text: str) -> Write:
    return lambda db: db.execute("INSERT INTO notes VALUES (?)", (text,)) and None


def orphan(db: sqlite3.Connection) -> None:
    """What SQLite refuses at the commit and not before."""
    db.execute("INSERT INTO children VALUES (404)")


def fail(_: sqlite3.Connection) -> None:
    raise LookupError("not today")


def durable(store: Store) -> list[str]:
    """What another process would read at this moment."""
    with closing(sqlite3.connect(store.file)) as db:
        return [text for (text,) in db.execute("SELECT text FROM notes ORDER BY text")]


@contextmanager
def in_line(store: Store, pool: ThreadPoolExecutor, *works: tuple[Write, ...]) -> Iterator[list[Future[None]]]:
    """The block is the body of a transaction behind which these wait, in any order; together they are one group."""
    with store.writing():
        waiting = []
        for work in works:
            waiting.append(pool.submit(write, store, *work))
            until(lambda: store._waiting == len(waiting))
        yield waiting


def commits(store: Store) -> list[str]:
    """A list that grows by what is committed from now on."""
    with store.writing() as db:
        pass
    seen: list[str] = []
    db.set_trace_callback(lambda sql: seen.append(sql) if sql == "COMMIT" else None)
    return seen


def ends(waiting: list[Future[None]]) -> list[str]:
    """What each came to: `ok`, or its error."""
    errors = [one.exception(timeout=20) for one in waiting]
    return ["ok" if e is None else e.message if isinstance(e, Flux2Error) else str(e) for e in errors]


def test_threads_that_write_at_once_share_one_commit(store: Store, pool: ThreadPoolExecutor) -> None:
    seen = commits(store)

    with in_line(store, pool, *((note(f"{n:02}"),) for n in range(20))) as waiting:
        pass

    assert ends(waiting) == ["ok"] * 20
    assert durable(store) == [f"{n:02}" for n in range(20)]
    assert seen == ["COMMIT"]


def test_a_thread_alone_commits_for_itself(store: Store) -> None:
    seen = commits(store)

    for n in range(3):
        write(store, note(str(n)))
        assert durable(store) == [str(k) for k in range(n + 1)]

    assert seen == ["COMMIT"] * 3


def test_no_more_than_64_wait_for_one_commit(store: Store, pool: ThreadPoolExecutor) -> None:
    seen = commits(store)

    with in_line(store, pool, *((note(f"{n:03}"),) for n in range(99))) as waiting:
        pass

    assert ends(waiting) == ["ok"] * 99
    assert len(durable(store)) == 99
    assert len(seen) == 2, "64, and the 36 that were left"


def test_nobody_goes_on_before_what_he_wrote_is_durable(store: Store, pool: ThreadPoolExecutor) -> None:
    write(store, note("before"))
    with store.reading() as db:
        pass
    gates = threading.Event(), threading.Event()
    one = pool.submit(write, store, note("one"), lambda _: gates[0].wait(20))
    until(store._lock.locked)
    two = pool.submit(write, store, note("two"), lambda _: gates[1].wait(20))
    until(lambda: store._waiting == 1)
    gates[0].set()
    until(lambda: store._waiting == 0)
    time.sleep(0.05)

    assert not one.done(), "the second is to commit for both, and is not there yet"
    with store.reading() as db:
        assert db.execute("SELECT count(*) FROM notes").fetchone()[0] == 1, "nor is it told to readers"
    gates[1].set()
    assert ends([one, two]) == ["ok", "ok"]
    assert durable(store) == ["before", "one", "two"]


@pytest.mark.parametrize("place", [0, 2, 4])
def test_who_fails_takes_back_only_his_own(store: Store, pool: ThreadPoolExecutor, place: int) -> None:
    seen = commits(store)
    works: list[tuple[Write, ...]] = [(note(str(n)),) for n in range(4)]
    works.insert(place, (note("undone"), fail))

    with in_line(store, pool, *works) as waiting:
        pass

    wanted = ["ok"] * 4
    wanted.insert(place, "not today")
    assert ends(waiting) == wanted
    assert durable(store) == ["0", "1", "2", "3"]
    assert seen == ["COMMIT"]


def test_a_statement_that_fails_takes_back_only_his_own(store: Store, pool: ThreadPoolExecutor) -> None:
    broken: tuple[Write, ...] = (note("undone"), lambda db: db.execute("INSERT INTO nowhere VALUES (1)"))

    with in_line(store, pool, (note("a"),), broken, (note("b"),)) as waiting:
        pass

    first, second, third = ends(waiting)
    assert (first, third) == ("ok", "ok")
    assert second.endswith("no such table: nowhere; so it goes.")
    assert durable(store) == ["a", "b"]


def test_an_interrupted_thread_takes_back_only_its_own(store: Store, pool: ThreadPoolExecutor) -> None:
    with pytest.raises(KeyboardInterrupt), in_line(store, pool, (note("a"),), (note("b"),)) as waiting:
        raise KeyboardInterrupt

    assert ends(waiting) == ["ok", "ok"]
    assert durable(store) == ["a", "b"]


def test_a_commit_that_fails_fails_for_all_and_leaves_nothing_of_any(store: Store, pool: ThreadPoolExecutor) -> None:
    write(store, note("before"))

    with (
        pytest.raises(InternalError, match="FOREIGN KEY constraint failed"),
        in_line(store, pool, (note("a"),), (orphan,), (note("b"),)) as waiting,
    ):
        pass

    told = ends(waiting)
    assert all(text.endswith("FOREIGN KEY constraint failed; so it goes.") for text in told), told
    assert durable(store) == ["before"]
    write(store, note("later"))
    assert durable(store) == ["before", "later"]


def test_on_a_full_disk_who_was_told_of_success_is_there_and_nobody_else(
    store: Store, pool: ThreadPoolExecutor
) -> None:
    with store.writing() as db:
        pass
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages}")
    large: tuple[Write, ...] = (note("large" + "x" * 100_000),)
    works: list[tuple[Write, ...]] = [(note("a"),), large, (note("b"),)]
    with pytest.raises(InternalError, match="disk is full"), in_line(store, pool, *works) as waiting:
        pass  # SQLite takes back the whole group, this one included

    told = ends(waiting)
    assert told[1].endswith("database or disk is full; so it goes."), told
    assert durable(store) == [text for text, end in zip(("a", "", "b"), told, strict=True) if end == "ok"]
    write(store, note("later"))
    assert "later" in durable(store)


def test_when_sqlite_takes_all_back_nobody_is_told_of_success(store: Store, pool: ThreadPoolExecutor) -> None:
    """As on some full disks and input errors: the whole transaction is gone, not only the savepoint."""

    def lose_all(db: sqlite3.Connection) -> None:
        db.execute("ROLLBACK")
        raise sqlite3.OperationalError("disk I/O error")

    works: list[tuple[Write, ...]] = [(note("a"),), (lose_all,), (note("b"),)]
    with pytest.raises(InternalError, match="disk I/O error"), in_line(store, pool, *works) as waiting:
        pass

    told = ends(waiting)
    assert told[1].endswith("disk I/O error; so it goes.")
    assert durable(store) == [text for text, end in zip(("a", "", "b"), told, strict=True) if end == "ok"]


def test_a_transaction_that_cannot_begin_fails_alone(store: Store, pool: ThreadPoolExecutor) -> None:
    write(store, note("before"))
    with store.writing() as db:
        pass
    db.execute("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(store.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        told = ends([pool.submit(write, store, note(str(n))) for n in range(3)])
        other.execute("ROLLBACK")

    assert all("stayed locked by another process" in text and "so it goes" in text for text in told)
    write(store, note("later"))
    assert durable(store) == ["before", "later"]


def test_who_was_to_commit_and_never_came_is_not_waited_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_COMMIT_TIMEOUT", 0.05)
    store._waiting += 1  # somebody in the queue who will be interrupted there

    write(store, note("a"))

    assert durable(store) == ["a"]


def test_closing_commits_what_waits_for_a_commit(store: Store, pool: ThreadPoolExecutor) -> None:
    store._waiting += 1
    one = pool.submit(write, store, note("a"))
    until(lambda: store._group is not None and not store._lock.locked())
    assert durable(store) == []

    store.close()

    assert ends([one]) == ["ok"]
    assert durable(store) == ["a"]


def test_what_was_closed_opens_again(store: Store) -> None:
    for text in ("a", "b"):
        write(store, note(text))
        with store.reading() as db:
            assert db.execute("SELECT max(text) FROM notes").fetchone()[0] == text
        store.close()

    assert durable(store) == ["a", "b"]


def test_closing_does_not_wait_long_for_a_thread_that_writes(store: Store, pool: ThreadPoolExecutor) -> None:
    go = threading.Event()
    one = pool.submit(write, store, note("a"), lambda _: go.wait(20))
    until(store._lock.locked)
    began = time.monotonic()

    store.close()

    assert time.monotonic() - began < 5
    go.set()
    assert ends([one]) == ["ok"]


READ_AND_CLOSE = """
import sys, threading, time
from pathlib import Path
from flux2cli.edges.ledger.store import Store
from flux2cli.errors import InternalError

store = Store(Path(sys.argv[1]), mounts="", migrations=["CREATE TABLE notes (n INTEGER);"])
with store.writing() as db:
    db.executemany("INSERT INTO notes VALUES (?)", [(n,) for n in range(500)])

def read():
    while True:
        with store.reading() as db:
            assert db.execute("SELECT count(*) FROM notes a, notes b WHERE a.n < b.n").fetchone()[0] == 124750

failures = []
threading.excepthook = lambda what: failures.append(what.exc_value)
for _ in range(2):
    threading.Thread(target=read, daemon=True).start()
until = time.monotonic() + 1.0
while time.monotonic() < until:
    time.sleep(0.005)
    store.close()
sys.exit(f"{failures}" if failures else 0)
"""


def test_closing_while_others_read_neither_crashes_nor_fails_them(tmp_path: Path) -> None:
    """As after Ctrl-C, when the threads of a batch still run."""
    command = [sys.executable, "-c", READ_AND_CLOSE, str(tmp_path)]

    ran = subprocess.run(command, env=ENVIRON, capture_output=True, text=True, timeout=60)

    assert (ran.returncode, ran.stderr) == (0, "")


PAIRS = """
import sys, threading
from pathlib import Path
from flux2cli.edges.ledger.store import Store

store = Store(Path(sys.argv[1]), mounts="", migrations=["CREATE TABLE notes (text TEXT NOT NULL);"])
saying = threading.Lock()

def pairs(name):
    for n in range(1_000_000):
        with store.writing() as db:
            db.execute("INSERT INTO notes VALUES (?)", (f"{name}-{n}",))
            db.execute("INSERT INTO notes VALUES (?)", (f"{name}-{n}",))
        with saying:
            sys.stdout.write(f"{name}-{n}\\n")
            sys.stdout.flush()

for name in "abcdefgh":
    threading.Thread(target=pairs, args=(name,)).start()
"""


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_kill_leaves_each_transaction_whole_or_not_at_all(tmp_path: Path, seed: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PAIRS, str(tmp_path)], env=ENVIRON, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(random.Random(seed).randrange(20, 200))]
    process.send_signal(signal.SIGKILL)
    said += process.communicate()[0].splitlines()

    with closing(sqlite3.connect(tmp_path / "ledger.sqlite3")) as db:
        counts = dict(db.execute("SELECT text, count(*) FROM notes GROUP BY text"))
    assert set(counts.values()) == {2}
    assert {text.strip() for text in said} <= set(counts), "whoever went on had it on the disk"
