"""The rows of batches in the books: each is begun by one process at a time, and only as the batch knew it."""

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from support import SUPPORT
from support.ledger_child import a_job, a_row

import flux2cli
from flux2cli.core.batch.claims import RecordedRow, RowClaim, RowTaken
from flux2cli.core.job.job import Job, JobFile, State
from flux2cli.core.money.budget import DayBudget
from flux2cli.edges.ledger import Ledger, job_rows
from flux2cli.edges.ledger.schema import MIGRATIONS
from flux2cli.errors import BudgetError, InternalError, UnknownOutcomeError

CHILD = SUPPORT / "ledger_child.py"
ENVIRON = {**os.environ, "PYTHONPATH": str(Path(flux2cli.__file__).parents[1])}
ROOT = "/data/out"
NEW = RowClaim.after(None, {"k1", "k2"})
"""The claim of a row that had no job when the batch looked; the batch has the rows k1 and k2."""

Another = Callable[[], Ledger]


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


def moved(books: Ledger, job: Job, *states: State) -> Job:
    for state in states:
        job = books.update(job.job_id, state=state)
    return job


def begun(books: Ledger, key: str, *states: State, root: str = ROOT, request_key: str = "fox") -> Job:
    """A row's job, sent regardless of anything, that went through these states."""
    job = books.begin(a_row(key, root=root, request_key=request_key), allow_unknown=True)
    return moved(books, job, *states)


def refused(books: Ledger, claim: RowClaim = NEW) -> Job:
    """The job for which the row k1 is refused, after a look that nothing was stored."""
    before = books.jobs()
    with pytest.raises(RowTaken) as taken:
        books.begin(a_row("k1"), claim=claim)
    assert books.jobs() == before
    return taken.value.job


# --- one row, many processes ---------------------------------------------------------------------------------------


def test_of_two_processes_that_begin_the_same_row_at_once_one_begins_it_fifty_times_over(
    start: Callable[[str], subprocess.Popen[str]], books: Ledger
) -> None:
    both = [start("begin_rows"), start("begin_rows")]

    def said(child: subprocess.Popen[str]) -> list[str]:
        assert child.stdout is not None
        return child.stdout.readline().split()

    assert [said(child) for child in both] == [["ready"], ["ready"]]
    for number in range(50):
        for child in both:
            assert child.stdin is not None
            child.stdin.write(f"row-{number}\n")
            child.stdin.flush()
        (one, of), (other, of_too) = sorted(said(child) for child in both)
        assert (one, other) == ("began", "taken")
        assert of == of_too
    assert [row.key for row in books.rows_of(ROOT)] == sorted(f"row-{number}" for number in range(50))
    assert len(books.jobs()) == 50


def test_a_row_that_another_process_is_submitting_is_taken(books: Ledger, another: Another) -> None:
    first = books.begin(a_row("k1"), claim=NEW)
    assert refused(another()) == first


@pytest.mark.parametrize(
    "states",
    [
        ["submitted"], ["submitted", "ready"], ["submitted", "ready", "saved"], ["submitted", "failed"],
        ["submitted", "moderated"], ["rejected"], ["submitted", "cancelled"], ["submitted", "expired"], ["unknown"],
    ],
)  # fmt: skip
def test_a_row_that_came_to_anything_meanwhile_is_taken(books: Ledger, another: Another, states: list[State]) -> None:
    job = begun(books, "k1", *states)
    assert refused(another()) == job


def test_what_the_batch_decided_on_is_no_obstacle_and_what_came_after_it_is(books: Ledger, another: Another) -> None:
    failed = begun(books, "k1", "submitted", "failed")
    claim = RowClaim.after(failed, {"k1"})
    second = books.begin(a_row("k1"), claim=claim)
    moved(books, second, "submitted", "failed")
    assert refused(another(), claim).job_id == second.job_id


def test_a_claim_that_names_the_id_alone_sends_what_is_over_and_nothing_under_way(books: Ledger) -> None:
    job = books.begin(a_row("k1"))
    claim = RowClaim(instead_of=job.job_id, siblings={"k1"})
    for state in ("submitting", "submitted", "ready"):
        moved(books, job, state)
        assert refused(books, claim).state == state
    moved(books, job, "expired")
    assert books.begin(a_row("k1"), claim=claim).state == "submitting"


@pytest.mark.parametrize(
    ("seen", "later"),
    [
        (["unknown"], ["submitted"]),
        (["unknown"], ["submitted", "ready", "saved"]),
        (["not-sent"], ["submitting"]),
        (["not-sent"], ["submitting", "submitted", "ready", "saved"]),
    ],
)
def test_a_job_that_is_not_any_more_what_the_batch_saw_is_an_obstacle(
    books: Ledger, another: Another, seen: list[State], later: list[State]
) -> None:
    job = begun(books, "k1", *seen)
    claim = RowClaim.after(another().row(ROOT, "k1"), {"k1"})
    job = moved(books, job, *later)
    with pytest.raises(RowTaken) as taken:
        another().begin(a_row("k1"), claim=claim, allow_unknown=True)
    assert taken.value.job == job


def test_a_rehearsed_job_under_way_gives_way_to_a_batch_that_saw_it(books: Ledger) -> None:
    rehearsed = begun(books, "k1", "submitted")
    assert books.begin(a_row("k1"), claim=RowClaim.after(rehearsed, {"k1"})).state == "submitting"


def test_another_row_and_another_root_are_no_obstacle(books: Ledger) -> None:
    begun(books, "k2", "submitted")
    begun(books, "k1", "submitted", root="/data/out/deeper")
    begun(books, "k1", "submitted", root="/data/ou")
    assert books.begin(a_row("k1"), claim=NEW).state == "submitting"


def test_the_row_is_looked_at_before_doubts_and_budgets(books: Ledger, another: Another) -> None:
    unknown = begun(books, "k1", "unknown")
    nothing = DayBudget(amount=Decimal(0), since="2026-01-01T00:00:00.000Z", allow_unpriced=False)
    priced = replace(a_row("k1"), estimate={"amount": "1.00", "max": "1.00"})
    with pytest.raises(RowTaken) as taken:
        another().begin(priced, claim=NEW, budget=nothing)
    assert taken.value.job == unknown
    claim = RowClaim.after(unknown, {"k1"})
    with pytest.raises(UnknownOutcomeError):
        books.begin(priced, claim=claim, budget=nothing)
    with pytest.raises(BudgetError):
        books.begin(priced, claim=claim, budget=nothing, allow_unknown=True)


def test_a_claim_for_a_job_without_a_row_is_a_mistake(books: Ledger) -> None:
    with pytest.raises(InternalError, match="nothing was sent"):
        books.begin(a_job("fox"), claim=NEW)
    assert books.jobs() == []


# --- what was not sent ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [True, False])
def test_what_was_not_sent_is_no_obstacle(books: Ledger, another: Another, known: bool) -> None:
    job = begun(books, "k1", "not-sent")
    claim = RowClaim.after(job, {"k1"}) if known else NEW
    assert another().begin(a_row("k1"), claim=claim).job_id != job.job_id


def test_what_was_not_sent_does_not_hide_what_was_sent_before(books: Ledger, another: Another) -> None:
    moderated = begun(books, "k1", "submitted", "moderated")
    begun(books, "k1", "not-sent")
    assert books.row(ROOT, "k1") == moderated
    assert [(row.job_id, row.state) for row in books.rows_of(ROOT)] == [(moderated.job_id, "moderated")]
    assert refused(another()) == moderated
    assert another().begin(a_row("k1"), claim=RowClaim.after(moderated, {"k1"})).state == "submitting"


def test_a_job_that_waits_to_be_tried_again_is_not_sent_after_another_process_took_its_row(
    books: Ledger, another: Another
) -> None:
    waiting = moved(books, books.begin(a_row("k1"), claim=NEW), "not-sent")
    taker = another()
    taken_by = taker.begin(a_row("k1"), claim=RowClaim.after(waiting, {"k1"}))

    with pytest.raises(RowTaken) as taken:
        books.update(waiting.job_id, state="submitting")
    assert taken.value.job == taken_by
    assert books.get(waiting.job_id).state == "not-sent"

    moved(taker, taken_by, "submitted", "failed")
    with pytest.raises(RowTaken):
        books.update(waiting.job_id, state="submitting")


def test_of_two_jobs_that_wait_for_one_row_the_first_to_try_again_has_it(books: Ledger, another: Another) -> None:
    other = another()
    older = moved(books, books.begin(a_row("k1"), claim=NEW), "not-sent")
    newer = moved(other, other.begin(a_row("k1"), claim=RowClaim.after(older, {"k1"})), "not-sent")
    older = books.update(older.job_id, state="submitting")

    assert another().row(ROOT, "k1") == older
    for late in (other, another()):
        assert refused(late, RowClaim.after(newer, {"k1"})) == older
    moved(books, older, "submitted", "ready", "saved")
    with pytest.raises(RowTaken) as taken:
        other.update(newer.job_id, state="submitting")
    assert taken.value.job.job_id == older.job_id


def test_a_job_that_waits_gives_way_to_one_that_was_not_sent_when_it_began(books: Ledger, another: Another) -> None:
    older = moved(books, books.begin(a_row("k1"), claim=NEW), "not-sent")
    other = another()
    newer = other.begin(a_row("k1"), claim=RowClaim(instead_of=older.job_id, siblings={"k1"}))
    moved(other, newer, "not-sent")
    moved(books, older, "submitting", "submitted", "ready", "saved")
    with pytest.raises(RowTaken) as taken:
        other.update(newer.job_id, state="submitting")
    assert taken.value.job.job_id == older.job_id


def test_of_jobs_that_were_all_not_sent_the_newest_is_told(books: Ledger) -> None:
    begun(books, "k1", "not-sent")
    newest = begun(books, "k1", "not-sent")
    assert books.row(ROOT, "k1") == newest
    assert [row.job_id for row in books.rows_of(ROOT)] == [newest.job_id]


def test_a_job_that_waits_is_tried_again_while_its_row_is_as_it_was(books: Ledger) -> None:
    failed = begun(books, "k1", "submitted", "failed")
    job = books.begin(a_row("k1"), claim=RowClaim.after(failed, {"k1"}))
    for _ in range(3):
        moved(books, job, "not-sent", "submitting")
    assert moved(books, job, "submitted", "ready", "saved").state == "saved"


def test_a_job_that_was_forgotten_while_it_waited_is_not_sent(books: Ledger, another: Another) -> None:
    job = moved(books, books.begin(a_row("k1"), claim=NEW), "not-sent")
    assert another().forget("2100-01-01") == 1
    with pytest.raises(InternalError, match="forgotten"):
        books.update(job.job_id, state="submitting")
    assert books.get(job.job_id).state == "not-sent"


# --- identical requests whose outcome is unknown -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("root", "key", "stops"),
    [
        (ROOT, "k2", False),
        (ROOT, "k1", True),
        (ROOT, "k3", True),
        ("/data/other", "k2", True),
        ("/data/other", "k1", True),
        (None, None, True),
    ],
    ids=["sibling", "itself", "no more in the batch", "sibling's name elsewhere", "own name elsewhere", "single run"],
)
def test_an_unknown_twin_stops_a_row_unless_it_is_a_siblings(
    books: Ledger, root: str | None, key: str | None, stops: bool
) -> None:
    twin = moved(books, books.begin(replace(a_job("fox"), row_root=root, row_key=key)), "unknown")
    claim = RowClaim.after(books.row(ROOT, "k1"), {"k1", "k2"})
    if stops:
        with pytest.raises(UnknownOutcomeError) as doubt:
            books.begin(a_row("k1"), claim=claim)
        assert doubt.value.job_id == twin.job_id
        assert len(books.jobs()) == 1
        assert books.begin(a_row("k1"), claim=claim, allow_unknown=True).state == "submitting"
    else:
        assert books.begin(a_row("k1"), claim=claim).state == "submitting"


def test_without_a_claim_the_unknown_job_of_any_row_stops_a_request(books: Ledger) -> None:
    begun(books, "k2", "unknown")
    for job in (a_row("k1"), a_job("fox")):
        with pytest.raises(UnknownOutcomeError):
            books.begin(job)


@pytest.mark.parametrize("order", [["k2", None], [None, "k2"]], ids=["sibling first", "sibling last"])
def test_a_siblings_unknown_twin_does_not_hide_another(books: Ledger, order: list[str | None]) -> None:
    for key in order:
        job = a_job("fox") if key is None else a_row(key)
        moved(books, books.begin(job, allow_unknown=True), "unknown")
    single = next(job for job in books.jobs() if job.row_key is None)
    with pytest.raises(UnknownOutcomeError) as doubt:
        books.begin(a_row("k1"), claim=NEW)
    assert doubt.value.job_id == single.job_id


def test_of_several_unknown_twins_the_newest_is_named(books: Ledger) -> None:
    for _ in range(3):
        newest = moved(books, books.begin(a_job("fox"), allow_unknown=True), "unknown")
    with pytest.raises(UnknownOutcomeError) as doubt:
        books.begin(a_row("k1"), claim=NEW)
    assert doubt.value.job_id == newest.job_id


def test_an_older_unknown_job_of_the_row_itself_still_stops_it(books: Ledger) -> None:
    unknown = begun(books, "k1", "unknown")
    failed = begun(books, "k1", "submitted", "failed")
    with pytest.raises(UnknownOutcomeError) as doubt:
        books.begin(a_row("k1"), claim=RowClaim.after(failed, {"k1", "k2"}))
    assert doubt.value.job_id == unknown.job_id


# --- kills ---------------------------------------------------------------------------------------------------------


def test_a_row_whose_process_was_killed_is_taken_by_an_unknown_job_and_stays_so_in_the_books(
    start: Callable[[str], subprocess.Popen[str]], another: Another
) -> None:
    child = start("begin_rows")
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write("k1\n")
    child.stdin.flush()
    assert child.stdout.readline() == "ready\n"
    job_id = child.stdout.readline().split()[1]
    assert refused(another()).state == "submitting"
    child.send_signal(signal.SIGKILL)
    child.wait()

    with pytest.raises(RowTaken) as taken:
        another().begin(a_row("k1", request_key="k1\n"), claim=NEW)

    assert (taken.value.job.job_id, taken.value.job.state) == (job_id, "unknown")
    [row] = another().rows_of(ROOT)
    assert (row.job_id, row.state, row.owner, row.error_code) == (job_id, "unknown", None, "unknown")
    claim = RowClaim.after(row, {"k1"})
    with pytest.raises(UnknownOutcomeError):
        another().begin(a_row("k1", request_key="k1\n"), claim=claim)
    assert another().begin(a_row("k1", request_key="k1\n"), claim=claim, allow_unknown=True).state == "submitting"


def test_rows_begun_until_a_kill_are_all_there_once(
    start: Callable[[str], subprocess.Popen[str]], books: Ledger
) -> None:
    child = start("begin_rows_forever")
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(0.03)  # any instant will do
    child.send_signal(signal.SIGKILL)
    said = [line for line in child.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    books.recover()

    found = list(books.rows_of(ROOT))

    assert len(found) == len(books.jobs())
    assert [row.key for row in found] == [f"{number:032x}" for number in range(len(found))]
    assert len(found) - (1 + len(said)) in (0, 1)  # the one in hand when the kill came
    assert {row.state for row in found} == {"unknown"}


# --- all rows of a root --------------------------------------------------------------------------------------------


def test_rows_are_told_with_the_job_that_counts_in_the_order_of_their_keys(books: Ledger) -> None:
    path = os.fsdecode(b"/data/out/caf\xe9-1.png")
    begun(books, "b", "submitted", "failed")
    saved = begun(books, "b", "submitted", "ready")
    for index, name in ((1, path), (0, "/data/out/b.png")):
        books.choose(saved.job_id, JobFile(index=index, path=name, sha256="0" * 64, bytes=7 + index))
    books.mark_saved(saved.job_id, 0)
    rejected = begun(books, "a")
    books.update(rejected.job_id, state="rejected", error={"code": "moderated", "message": "no"}, sandbox=True)
    running = begun(books, "c", "submitted")
    begun(books, "a", root="/data/out/sub")
    moved(books, books.begin(a_job("owl")), "submitted")

    assert list(books.rows_of(ROOT)) == [
        RecordedRow(
            key="a", job_id=rejected.job_id, state="rejected", owner=None, error_code="moderated", sandbox=True,
            files=(),
        ),
        RecordedRow(
            key="b", job_id=saved.job_id, state="ready", owner=saved.owner, error_code=None, sandbox=False,
            files=(("/data/out/b.png", 7, True), (path, 8, False)),
        ),
        RecordedRow(
            key="c", job_id=running.job_id, state="submitted", owner=running.owner, error_code=None, sandbox=False,
            files=(),
        ),
    ]  # fmt: skip
    assert list(books.rows_of("/data")) == []
    assert books.row(ROOT, "b") == books.get(saved.job_id)
    assert books.row(ROOT, "d") is None
    assert books.row("/data", "b") is None


def filled(books: Ledger, jobs: list[tuple[str, State]]) -> None:
    """Many jobs of rows, written at once."""
    with books._store.writing() as db:
        for number, (key, state) in enumerate(jobs):
            job_rows.insert(db, replace(a_row(key), job_id=f"{number:08x}", state=state))


def test_thousands_of_rows_come_once_each_however_many_jobs_they_had(books: Ledger) -> None:
    jobs: list[tuple[str, State]] = [(f"{n:032x}", "failed") for n in range(2500)]
    jobs += [(f"{n:032x}", "saved") for n in range(0, 2500, 3)]
    jobs += [(f"{1000:032x}", "failed")] * 3000
    jobs += [(f"{1000:032x}", "saved")]
    filled(books, jobs)

    found = list(books.rows_of(ROOT))

    assert [row.key for row in found] == [f"{n:032x}" for n in range(2500)]
    assert [n for n, row in enumerate(found) if row.state == "saved"] == sorted({*range(0, 2500, 3), 1000})


def test_the_books_can_be_used_and_change_while_rows_are_read(books: Ledger) -> None:
    filled(books, [(f"{n:032x}", "saved") for n in range(1500)])
    seen: list[str] = []

    def read() -> None:
        for row in books.rows_of(ROOT):
            if not seen:
                begun(books, "f" * 32, "submitted")
            seen.append(row.key)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(20)

    assert not reader.is_alive()
    assert seen == [*(f"{n:032x}" for n in range(1500)), "f" * 32]


def test_rows_are_found_by_their_index_and_not_sorted(books: Ledger) -> None:
    from flux2cli.edges.ledger.batch_rows import _ROW_JOBS

    with books._store.reading() as db:
        plan = [row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {_ROW_JOBS}", (ROOT, "", 1))]
    assert plan[0] == "SEARCH jobs USING INDEX jobs_by_row (row_root=? AND row_key>?)"
    assert not [step for step in plan if "TEMP B-TREE" in step]


# --- forgetting, and older files -----------------------------------------------------------------------------------


def test_a_forgotten_job_is_no_rows_any_more_and_an_unsettled_one_stays(books: Ledger) -> None:
    saved = begun(books, "k1", "submitted", "ready", "saved")
    unknown = begun(books, "k2", "unknown", request_key="owl")
    moved(books, books.begin(replace(a_row("k3", request_key="hen"), row_id="third")), "rejected")

    assert books.forget("2100-01-01") == 2

    after = books.get(saved.job_id)
    assert (after.row_id, after.row_key, after.row_root) == (None, None, None)
    assert [row.job_id for row in books.rows_of(ROOT)] == [unknown.job_id]
    assert books.row(ROOT, "k1") is None
    assert books.begin(a_row("k1"), claim=RowClaim.after(saved, {"k1"})).state == "submitting"
    words = b"".join(file.read_bytes() for file in books._store.file.parent.glob("ledger.sqlite3*"))
    assert b"third" not in words


FIRST_VERSION = """
INSERT INTO jobs (
    job_id, state, provider, variant, endpoint, mode, request_key, created_at, updated_at, prompt, seed, row_id,
    row_key, sandbox, payload_sha256, payload, output, inputs, warnings, meta, follow, estimate, asked
) VALUES (
    ?, 'unknown', 'fal', 'flash', 'fal-ai/flux-2/flash', 'text-to-image', 'fox', '2026-03-01T10:00:00.000Z',
    '2026-03-01T10:00:00.000Z', 'a fox', '7', ?, ?,
    0, '', '{"prompt": "a fox"}', '{"directory": "/data/out", "name": "x.png"}', '[]', '[]', '{}', '{}', '{}', '{}'
)
"""


def test_a_file_of_the_first_version_keeps_its_jobs_and_takes_rows(tmp_path: Path, another: Another) -> None:
    first = MIGRATIONS[0]
    assert hashlib.sha256(first.encode()).hexdigest() == (
        "24836bb96c436804d91ba6e0384779ab59a75f002cda5ef3af1179b75d620866"
    )
    file = tmp_path / "state" / "ledger.sqlite3"
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as db, db:
        db.executescript(first)
        for job_id, key in (("aaaaaaaa", "k1"), ("bbbbbbbb", None)):
            db.execute(FIRST_VERSION, (job_id, key and "first", key))
        db.execute("PRAGMA user_version = 1")

    books = another()

    assert [(job.job_id, job.row_id, job.row_key, job.row_root) for job in books.jobs()] == [
        ("bbbbbbbb", None, None, None), ("aaaaaaaa", "first", "k1", None),
    ]  # fmt: skip
    assert (books.get("a").prompt, books.get("a").seed) == ("a fox", 7)
    assert list(books.rows_of(ROOT)) == []
    with pytest.raises(UnknownOutcomeError):
        books.begin(a_row("k1"), claim=NEW)
    job = books.begin(a_row("k1"), claim=NEW, allow_unknown=True)
    assert [row.job_id for row in another().rows_of(ROOT)] == [job.job_id]
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
