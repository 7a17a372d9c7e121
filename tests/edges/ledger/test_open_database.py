"""The ledger's file: made for its user only, migrated, and never touched when it cannot be worked with."""

import fcntl
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support import SUPPORT

import flux2cli
from flux2cli.core.job.job import Job, Output
from flux2cli.edges.ledger import Ledger
from flux2cli.edges.ledger.locks import locked
from flux2cli.edges.ledger.schema import MIGRATIONS
from flux2cli.errors import InternalError

CHILD = SUPPORT / "ledger_child.py"
ENVIRON = {**os.environ, "PYTHONPATH": str(Path(flux2cli.__file__).parents[1])}
FOX = Job(
    job_id="foxfox22", state="submitting", provider="fal", variant="flash", endpoint="fal-ai/flux-2/flash",
    mode="text-to-image", request_key="fox", created_at="2026-03-01T10:00:00.000Z",
    updated_at="2026-03-01T10:00:00.000Z", prompt="a fox", seed=7, payload={}, payload_sha256="0" * 64,
    output=Output(directory="/tmp", name="{slug}.{ext}"),
)  # fmt: skip

Open = Callable[..., Ledger]


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


def execute(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as db, db:
        return db.execute(sql).fetchall()


def trouble(books: Ledger, action: Callable[[Ledger], object] = Ledger.jobs) -> InternalError:
    with pytest.raises(InternalError) as caught:
        action(books)
    assert caught.value.exit_code == 1
    assert caught.value.hint is not None
    return caught.value


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nothing_is_made_before_the_first_use(tmp_path: Path, opened: Open) -> None:
    opened(tmp_path / "state").close()
    assert not (tmp_path / "state").exists()


def test_directories_and_files_are_for_their_user_only_whatever_the_umask(tmp_path: Path, opened: Open) -> None:
    before = os.umask(0)
    try:
        opened(tmp_path / "new" / "deep" / "state").begin(FOX)
        found = {str(path.relative_to(tmp_path / "new")): mode(path) for path in (tmp_path / "new").rglob("*")}
    finally:
        os.umask(before)
    [owner] = [name for name in found if name.startswith("deep/state/run/")]
    assert mode(tmp_path / "new") == 0o700
    assert found == {
        "deep": 0o700,
        "deep/state": 0o700,
        "deep/state/run": 0o700,
        owner: 0o600,
        "deep/state/run.lock": 0o600,
        "deep/state/ledger.lock": 0o600,
        "deep/state/ledger.sqlite3": 0o600,
        "deep/state/ledger.sqlite3-wal": 0o600,
        "deep/state/ledger.sqlite3-shm": 0o600,
    }


def test_reading_makes_no_owner(tmp_path: Path, opened: Open) -> None:
    assert opened(tmp_path / "state").jobs() == []
    assert list((tmp_path / "state" / "run").iterdir()) == []


def test_commits_go_to_a_write_ahead_log_and_wait_for_the_disk(tmp_path: Path, opened: Open) -> None:
    books = opened(tmp_path / "state")
    books.begin(FOX)
    db = books._store._db
    assert db is not None
    assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert db.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert db.execute("PRAGMA busy_timeout").fetchone()[0] == 30_000


def test_an_empty_file_left_by_a_crash_is_initialised(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "ledger.sqlite3").touch()
    books = opened(tmp_path)
    assert books.begin(FOX).job_id == "foxfox22"


def test_a_file_whose_maker_died_before_the_tables_is_initialised(tmp_path: Path, opened: Open) -> None:
    execute(tmp_path / "ledger.sqlite3", "PRAGMA journal_mode = WAL")
    assert (tmp_path / "ledger.sqlite3").stat().st_size > 0
    assert opened(tmp_path).begin(FOX).job_id == "foxfox22"


def test_a_file_whose_maker_died_in_the_middle_of_a_write_is_initialised(tmp_path: Path, opened: Open) -> None:
    file = tmp_path / "ledger.sqlite3"
    half_a_write = """
import os, signal, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.executescript("PRAGMA cache_size = 1; BEGIN; CREATE TABLE half (x)")
db.executemany("INSERT INTO half VALUES (?)", [("x" * 3000,)] * 50)
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", half_a_write, file], check=False)
    assert file.with_name("ledger.sqlite3-journal").stat().st_size > 0
    assert opened(tmp_path).begin(FOX).job_id == "foxfox22"
    assert execute(file, "SELECT name FROM sqlite_master WHERE name = 'half'") == []


def test_an_older_ledger_gets_the_migrations_it_lacks_and_keeps_its_jobs(file: Path, opened: Open) -> None:
    later = (*MIGRATIONS, "CREATE TABLE budgets (day TEXT); INSERT INTO budgets VALUES ('2026-03-01')")
    books = opened(file.parent, migrations=later)
    assert [job.request_id for job in books.jobs()] == ["r-1"]
    books.close()
    opened(file.parent, migrations=later).jobs()
    assert execute(file, "SELECT day FROM budgets") == [("2026-03-01",)]
    assert execute(file, "PRAGMA user_version") == [(len(MIGRATIONS) + 1,)]


def test_a_migration_that_fails_half_way_leaves_no_trace(file: Path, opened: Open) -> None:
    bad = (*MIGRATIONS, "CREATE TABLE budgets (day TEXT)", "CREATE TABLE rows (x); CREATE TABLE jobs (y)")
    assert "table jobs already exists" in trouble(opened(file.parent, migrations=bad)).message
    assert execute(file, "PRAGMA user_version") == [(len(MIGRATIONS) + 1,)]
    names = execute(file, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    assert names == [("budgets",), ("files",), ("jobs",)]


def test_a_newer_ledger_is_left_alone(file: Path, opened: Open) -> None:
    execute(file, "PRAGMA user_version = 99")
    before = file.read_bytes()
    error = trouble(opened(file.parent))
    assert error.message == (
        f"The ledger `{file}` has version 99; this flux2cli knows versions up to {len(MIGRATIONS)}; nothing was sent."
    )
    assert error.hint == "upgrade flux2cli, or set FLUX2_STATE_DIR to another directory"
    assert file.read_bytes() == before


def test_a_newer_ledger_with_a_log_keeps_both(tmp_path: Path, opened: Open) -> None:
    file = tmp_path / "ledger.sqlite3"
    child = subprocess.Popen(
        [sys.executable, CHILD, tmp_path, "begin_and_hold", "fox"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRON,
    )  # fmt: skip
    assert child.stdout is not None
    child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.communicate()
    log = file.with_name("ledger.sqlite3-wal")
    before = file.read_bytes(), log.read_bytes()
    assert len(before[1]) > 0
    assert "knows versions up to 0" in trouble(opened(tmp_path, migrations=())).message
    assert (file.read_bytes(), log.read_bytes()) == before
    assert [job.state for job in opened(tmp_path).recover()] == ["unknown"]


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
    error = trouble(books, lambda books: books.update("foxfox22", state="ready", request_id="r-1", result={}))
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


def test_another_programs_database_is_not_taken_over(tmp_path: Path, opened: Open) -> None:
    file = tmp_path / "ledger.sqlite3"
    execute(file, "CREATE TABLE songs (title TEXT)")
    before = file.read_bytes()
    assert "it is a database, but not a ledger" in trouble(opened(tmp_path)).message
    assert file.read_bytes() == before


@pytest.mark.parametrize("emptied", [True, False])
def test_a_log_without_its_ledger_is_kept(tmp_path: Path, opened: Open, emptied: bool) -> None:
    file, log = tmp_path / "ledger.sqlite3", tmp_path / "ledger.sqlite3-wal"
    log.write_bytes(b"the last jobs")
    if emptied:
        file.touch()
    assert "is missing or empty beside its `ledger.sqlite3-wal`" in trouble(opened(tmp_path)).message
    assert log.read_bytes() == b"the last jobs"
    assert file.exists() == emptied


def test_a_network_file_system_is_refused_before_anything_is_made(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "mnt")
    (tmp_path / "mnt").mkdir()
    mounts = f"server:/x {os.path.realpath(tmp_path)}/mnt nfs4 rw 0 0\n"
    error = trouble(opened(tmp_path / "link" / "state", mounts=mounts))
    assert error.message == (
        f"The ledger cannot be kept in `{tmp_path}/link/state`, which is on a network file system (nfs4); "
        "nothing was sent."
    )
    assert error.hint == "set FLUX2_STATE_DIR to a directory on a local disk"
    assert list((tmp_path / "mnt").iterdir()) == []


def test_a_state_directory_that_cannot_be_made_is_named_with_the_reason(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "file").touch()
    error = trouble(opened(tmp_path / "file" / "state"))
    assert error.message == (
        f"The ledger needs `{tmp_path}/file/state`, which cannot be used: Not a directory; nothing was sent."
    )
    assert error.hint is not None
    assert "FLUX2_STATE_DIR" in error.hint


def test_a_ledger_that_another_process_never_stops_opening_is_not_waited_for_forever(tmp_path: Path) -> None:
    lock = tmp_path / "ledger.lock"
    with lock.open("w") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        with (
            pytest.raises(InternalError, match=r"`.*ledger\.lock`.*another process has held it"),
            locked(lock, timeout=0.02),
        ):
            pass


def test_a_full_disk_loses_nothing_that_was_recorded(file: Path, opened: Open) -> None:
    books = opened(file.parent)
    books.jobs()
    db = books._store._db
    assert db is not None
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages}")
    error = trouble(books, lambda books: books.update("foxfox22", state="ready", result={"x": "x" * 100_000}))
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
"""Begins a job as a user without privileges, for whom modes count, with files of a limited size."""


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
