"""Rows of batches in a ledger, brought to the states that a test needs."""

from collections.abc import Callable

import pytest

from flux2cli.core.batch.claims import RecordedRow, RowClaim, RowTaken
from flux2cli.core.job.job import Job, State
from flux2cli.edges.ledger import Ledger
from support.ledger_child import a_row

ROOT = "/data/out"
NEW = RowClaim.after(None, {"k1", "k2"})
Another = Callable[[], Ledger]


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


def rows_of(books: Ledger) -> list[RecordedRow]:
    """The rows below ROOT with the jobs that count for them, in the order of their keys."""
    keys = sorted({job.row_key for job in books.jobs() if job.row_root == ROOT and job.row_key is not None})
    found = [books.recorded_row(ROOT, key) for key in keys]
    return [row for row in found if row is not None]
