"""A ledger that is damaged or cannot be read or written: what is said, and that nothing more is lost."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import SUPPORT
from support.ledger_files import FOX, Open, execute, trouble

import flux2cli
from flux2cli.wire import Result

ENVIRON = {**os.environ, "PYTHONPATH": str(Path(flux2cli.__file__).parents[1])}


def overwrite(file: Path, offset: int, data: bytes) -> None:
    with file.open("r+b") as stream:
        stream.seek(offset)
        stream.write(data)


def cut(file: Path, size: int) -> None:
    os.truncate(file, size)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: overwrite(file, 0, b"{this is not a database}" * 10),
        lambda file: overwrite(file, 100, b"\xff" * 400),
        lambda file: cut(file, 50),
        lambda file: cut(file, 4096),
        lambda file: cut(file, file.stat().st_size - 100),
        lambda file: file.write_text('{"jobs": []}\n' * 100),
    ],
    ids=["no header", "no tables", "50 bytes", "one page", "last bytes missing", "text"],
)
def test_a_damaged_ledger_is_reported_and_left_as_it_is(
    file: Path, opened: Open, spoil: Callable[[Path], object]
) -> None:
    spoil(file)
    before = file.read_bytes()
    books = opened(file.parent)
    error = trouble(books, lambda books: books.begin(FOX))
    assert error.message.startswith(f"The ledger `{file}` is damaged (")
    assert error.message.endswith("; nothing was sent.")
    assert error.hint is not None
    assert f"sqlite3 {file} .recover" in error.hint
    assert "move" in error.hint
    trouble(books)
    books.close()
    assert file.read_bytes() == before


def test_damage_found_later_is_reported_with_the_request_that_could_not_be_recorded(file: Path, opened: Open) -> None:
    books = opened(file.parent)
    assert books.get("foxfox22").state == "submitted"
    books.close()
    page = execute(file, "SELECT rootpage FROM sqlite_master WHERE name = 'jobs'")[0][0]
    assert isinstance(page, int)
    overwrite(file, (page - 1) * 4096, b"\xff" * 4096)
    before = file.read_bytes()
    books = opened(file.parent)
    error = trouble(
        books, lambda books: books.update("foxfox22", state="ready", request_id="r-1", result=Result(images=()))
    )
    assert error.message == (
        f"The ledger `{file}` is damaged (database disk image is malformed); "
        "job `foxfox22` (request `r-1`) could not be recorded as `ready`."
    )
    assert (error.job_id, error.request_id) == ("foxfox22", "r-1")
    books.release("foxfox22")  # on the way out, and must not hide that error
    assert file.read_bytes() == before


def test_a_row_that_holds_nonsense_is_damage(file: Path, opened: Open) -> None:
    execute(file, "UPDATE jobs SET output = '{\"directory\"'")
    assert f"The ledger `{file}` is damaged (a row cannot be read" in trouble(opened(file.parent)).message


def test_a_state_directory_that_cannot_be_made_is_named_with_the_reason(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "file").touch()
    error = trouble(opened(tmp_path / "file" / "state"))
    assert error.message == (
        f"The ledger needs `{tmp_path}/file/state`, which cannot be used: Not a directory; nothing was sent."
    )
    assert error.hint is not None
    assert "FLUX2_STATE_DIR" in error.hint


def test_a_full_disk_loses_nothing_that_was_recorded(file: Path, opened: Open) -> None:
    books = opened(file.parent)
    books.jobs()
    db = books._store._db
    assert db is not None
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages}")
    error = trouble(
        books, lambda books: books.update("foxfox22", state="ready", result=Result(images=(), prompt="x" * 100_000))
    )
    assert error.message == (
        f"The ledger `{file}` cannot be written: database or disk is full; "
        "job `foxfox22` could not be recorded as `ready`."
    )
    assert error.hint is not None
    assert error.hint.startswith("free some space")
    assert books.get("foxfox22").state == "submitted"
    assert books.update("foxfox22", state="ready").state == "ready"


ONE_JOB = """
import os, resource, sys
from datetime import UTC, datetime
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from support.ledger_child import a_job
from flux2cli.edges.ledger import Ledger
from flux2cli.errors import InternalError
import shlex
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
if len(sys.argv) > 3:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
ledger = Ledger(Path(sys.argv[2]), now=lambda: datetime.now(UTC), mounts="")
try:
    print(ledger.begin(a_job("fox")).state)
except InternalError as error:
    print(error.message)
ledger.close()
"""


@pytest.fixture
def public() -> Iterator[Path]:
    """A directory that the unprivileged user of ONE_JOB reaches and owns."""
    directory = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        os.chown(directory, 65534, 65534)
    yield directory
    shutil.rmtree(directory)


def one_job(directory: Path, *limit: str) -> str:
    command = [sys.executable, "-c", ONE_JOB, str(SUPPORT.parent), str(directory), *limit]
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRON, check=False)
    assert done.stderr == ""
    return done.stdout.strip()


def test_a_directory_that_may_not_be_written_is_named(public: Path) -> None:
    public.chmod(0o500)
    assert one_job(public) == (
        f"The ledger needs `{public}/run`, which cannot be used: Permission denied; nothing was sent."
    )
    assert list(public.iterdir()) == []
    public.chmod(0o700)
    assert one_job(public) == "submitting"


def test_a_file_that_may_not_be_written_is_named_and_left_as_it_is(public: Path) -> None:
    assert one_job(public) == "submitting"
    file = public / "ledger.sqlite3"
    before = file.read_bytes()
    file.chmod(0o400)
    said = one_job(public)
    assert said.startswith(f"The ledger needs `{file}`, which cannot be used: ")
    assert said.endswith("; nothing was sent.")
    assert "readonly" in said
    assert file.read_bytes() == before


def test_a_file_that_may_not_be_read_is_named_and_left_as_it_is(public: Path) -> None:
    assert one_job(public) == "submitting"
    file = public / "ledger.sqlite3"
    before = file.read_bytes()
    file.chmod(0o000)
    assert one_job(public) == (
        f"The ledger needs `{file}`, which cannot be used: unable to open database file; nothing was sent."
    )
    file.chmod(0o600)
    assert file.read_bytes() == before


def test_a_write_that_the_system_refuses_is_reported_and_the_next_run_goes_on(public: Path) -> None:
    assert one_job(public, "20000") == (
        f"The ledger needs `{public}/ledger.sqlite3`, which cannot be used: disk I/O error; nothing was sent."
    )
    assert one_job(public) == "submitting"
