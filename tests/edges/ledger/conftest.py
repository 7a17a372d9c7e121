"""Ledgers of a test, closed at its end, and processes that use them."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support import SUPPORT
from support.ledger_files import FOX, Open
from support.ledger_rows import Another

import flux2cli
from flux2cli.edges.ledger import Ledger
from flux2cli.edges.ledger.schema import MIGRATIONS

CHILD = SUPPORT / "ledger_child.py"
ENVIRON = {**os.environ, "PYTHONPATH": str(Path(flux2cli.__file__).parents[1])}


@pytest.fixture
def opened() -> Iterator[Open]:
    with ExitStack() as stack:

        def open_one(directory: Path, *, mounts: str = "", migrations: tuple[str, ...] = MIGRATIONS) -> Ledger:
            books = Ledger(directory, now=lambda: datetime.now(UTC), mounts=mounts, migrations=migrations)
            return stack.enter_context(closing(books))

        yield open_one


@pytest.fixture
def file(tmp_path: Path, opened: Open) -> Path:
    """The file of a ledger with one accepted job, closed in good order."""
    books = opened(tmp_path / "state")
    books.begin(FOX)
    books.update("foxfox22", state="submitted", request_id="r-1")
    books.close()
    return tmp_path / "state" / "ledger.sqlite3"


@pytest.fixture
def another(tmp_path: Path) -> Iterator[Another]:
    """Makes ledgers on one directory; each stands for one more process, with an owner lock of its own."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(Ledger(tmp_path / "state", now=lambda: datetime.now(UTC))))


@pytest.fixture
def books(another: Another) -> Ledger:
    return another()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []

    def child(action: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(CHILD), str(tmp_path / "state"), action]
        running.append(
            subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRON
            )
        )
        return running[-1]

    yield child
    for one in running:
        one.kill()
        one.communicate()
