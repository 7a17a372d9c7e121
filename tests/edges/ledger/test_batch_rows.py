"""The rows of batches in the ledger: counted once each, while it changes, and after a kill."""

import hashlib
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from support.ledger_child import a_job, a_row
from support.ledger_rows import NEW, ROOT, Another, begun, moved, refused, rows_of

from flux2cli.core.batch.claims import RecordedRow, RowClaim, RowTaken
from flux2cli.core.job.job import JobError, JobFile
from flux2cli.edges.ledger import Ledger
from flux2cli.edges.ledger.schema import MIGRATIONS
from flux2cli.errors import UnknownOutcomeError

"""The claim of a row that had no job when the batch looked; the batch has the rows k1 and k2."""


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
    row = another().recorded_row(ROOT, "k1")
    assert row is not None
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

    found = books.jobs()

    assert sorted(str(row.row_key) for row in found) == [f"{number:032x}" for number in range(len(found))]
    assert len(found) - (1 + len(said)) in (0, 1)  # the one in hand when the kill came
    assert {row.state for row in found} == {"unknown"}


# --- the job that counts for a row ---------------------------------------------------------------------------------


def test_a_row_has_the_job_that_counts_and_its_files(books: Ledger) -> None:
    path = os.fsdecode(b"/data/out/caf\xe9-1.png")
    begun(books, "b", "submitted", "failed")
    saved = begun(books, "b", "submitted", "ready")
    for index, name in ((1, path), (0, "/data/out/b.png")):
        books.choose(saved.job_id, JobFile(index=index, path=name, sha256="0" * 64, bytes=7 + index))
    books.mark_saved(saved.job_id, 0)
    rejected = begun(books, "a")
    books.update(rejected.job_id, state="rejected", error=JobError(code="moderated", message="no"), sandbox=True)
    running = begun(books, "c", "submitted")
    begun(books, "a", root="/data/out/sub")
    moved(books, books.begin(a_job("owl")), "submitted")

    assert [books.recorded_row(ROOT, key) for key in "abc"] == [
        RecordedRow(
            key="a", job_id=rejected.job_id, state="rejected", created_at=rejected.created_at,
            owner=None, error_code="moderated", sandbox=True,
            files=(),
        ),
        RecordedRow(
            key="b", job_id=saved.job_id, state="ready", created_at=saved.created_at,
            owner=saved.owner, error_code=None, sandbox=False,
            files=(("/data/out/b.png", 7, True), (path, 8, False)),
        ),
        RecordedRow(
            key="c", job_id=running.job_id, state="submitted", created_at=running.created_at,
            owner=running.owner, error_code=None, sandbox=False,
            files=(),
        ),
    ]  # fmt: skip
    assert books.recorded_row(ROOT, "d") is None
    assert books.recorded_row("/data", "a") is None
    assert books.row(ROOT, "b") == books.get(saved.job_id)
    assert books.row(ROOT, "d") is None
    assert books.row("/data", "b") is None


def test_rows_are_found_by_their_index_and_not_sorted(books: Ledger) -> None:
    from flux2cli.edges.ledger.batch_rows import _ONE_ROW

    with books._store.reading() as db:
        plan = [row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {_ONE_ROW}", (ROOT, "k1"))]
    assert plan[0] == "SEARCH jobs USING INDEX jobs_by_row (row_root=? AND row_key=?)"
    assert not [step for step in plan if "TEMP B-TREE" in step]


# --- forgetting, and older files -----------------------------------------------------------------------------------


def test_a_forgotten_job_is_no_rows_any_more_and_an_unsettled_one_stays(books: Ledger) -> None:
    saved = begun(books, "k1", "submitted", "ready", "saved")
    unknown = begun(books, "k2", "unknown", request_key="owl")
    moved(books, books.begin(replace(a_row("k3", request_key="hen"), row_id="third")), "rejected")

    assert books.forget("2100-01-01") == 2

    after = books.get(saved.job_id)
    assert (after.row_id, after.row_key, after.row_root) == (None, None, None)
    assert [row and row.job_id for key in ("k1", "k2", "k3") for row in [books.recorded_row(ROOT, key)]] == [
        None, unknown.job_id, None,
    ]  # fmt: skip
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
    assert (books.get("aaaa").prompt, books.get("aaaa").seed) == ("a fox", 7)
    assert rows_of(books) == []
    with pytest.raises(UnknownOutcomeError):
        books.begin(a_row("k1"), claim=NEW)
    job = books.begin(a_row("k1"), claim=NEW, allow_unknown=True)
    assert [row.job_id for row in rows_of(another())] == [job.job_id]
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
