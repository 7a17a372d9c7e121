"""Queries for the jobs of one batch row. SQL for reading only; no transactions.

Which job counts for a row: see `flux2cli.core.batch.claims`.
"""

import json
import sqlite3

from flux2cli.core.batch.claims import RecordedRow, RowClaim, RowTaken
from flux2cli.core.job.job import Job, State
from flux2cli.edges.ledger import job_rows
from flux2cli.edges.ledger.error_messages import UnreadableRowError
from flux2cli.errors import InternalError

_IN_PROGRESS: tuple[State, ...] = ("submitting", "submitted", "ready")
"""States in which a row's job blocks a further one, unless the claim names that very state."""

_ONE_ROW = """
    SELECT row_key, job_id, state, created_at, owner, json_extract(error, '$.code'), sandbox, (
        SELECT json_group_array(json_array(number, path, bytes, saved)) FROM files WHERE files.job_id = jobs.job_id
    ) FROM jobs WHERE row_root = CAST(? AS TEXT) AND row_key = CAST(? AS TEXT) ORDER BY seq
"""
_RowJob = tuple[str, str, State, str, str | None, str | None, int, str]


def sent(db: sqlite3.Connection, root: str, key: str) -> Job | None:
    """The newest job of a row whose request was sent or may have been sent."""
    conditions = [job_rows.equals("row_root", root), job_rows.equals("row_key", key)]
    return next(iter(job_rows.select(db, [*conditions, ("state != ?", "not-sent")], limit=1)), None)


def counting(db: sqlite3.Connection, root: str, key: str) -> Job | None:
    """The job that counts for a row: the newest sent one, else the newest `not-sent` one; None without jobs."""
    conditions = [job_rows.equals("row_root", root), job_rows.equals("row_key", key)]
    return sent(db, root, key) or next(iter(job_rows.select(db, conditions, limit=1)), None)


def taken(db: sqlite3.Connection, job: Job, claim: RowClaim) -> RowTaken | None:
    """The refusal when the job's row has changed since the batch decided to send it; None when it may be sent.

    InternalError when the job belongs to no row.
    """
    if job.row_root is None or job.row_key is None:
        raise InternalError(f"Job `{job.job_id}` belongs to no row, or was forgotten meanwhile; nothing was sent.")
    before = sent(db, job.row_root, job.row_key)
    if before is None:
        return None
    unchanged = before.state == claim.seen if claim.seen else before.state not in _IN_PROGRESS
    return None if before.job_id == claim.instead_of and unchanged else RowTaken(before)


def as_of_now(db: sqlite3.Connection, job: Job, claim: RowClaim) -> RowClaim:
    """The claim renewed from the ledger's present state, for a retry of the same job."""
    return RowClaim.after(sent(db, job.row_root or "", job.row_key or ""), claim.siblings)


def in_doubt(db: sqlite3.Connection, job: Job, former_key: str | None, claim: RowClaim | None) -> Job | None:
    """The newest identical job in state `unknown`, without those of sibling rows; None when there is none.

    An identical job has the job's request key, or the `former_key` of its request.
    """
    found = db.execute(
        "SELECT job_id, row_root, row_key FROM jobs WHERE request_key IN (CAST(? AS TEXT), CAST(? AS TEXT))"
        " AND state = 'unknown' ORDER BY seq DESC",
        (job_rows.bound(job.request_key), job_rows.bound(former_key)),
    )
    for job_id, root, key in found:
        if not (claim and root == job.row_root and key != job.row_key and key in claim.siblings):
            return job_rows.select(db, [job_rows.equals("job_id", job_id)])[0]
    return None


def keys_in_progress(db: sqlite3.Connection, root: str) -> list[str]:
    """The keys of rows below a root with a job in progress."""
    condition, states = job_rows.states_in(_IN_PROGRESS)
    sql = f"SELECT row_key FROM jobs WHERE {condition} AND row_root = CAST(? AS TEXT)"  # noqa: S608 - no values in it
    return [key for (key,) in db.execute(sql, (states, job_rows.bound(root)))]


def recorded(db: sqlite3.Connection, root: str, key: str) -> RecordedRow | None:
    """One row with the job that counts for it, None when it never had one; UnreadableRowError."""
    found: list[_RowJob] = db.execute(_ONE_ROW, (job_rows.bound(root), job_rows.bound(key))).fetchall()
    try:
        return _recorded(found) if found else None
    except (ValueError, TypeError) as error:
        raise UnreadableRowError(f"a row cannot be read: {error}") from error


def _recorded(jobs: list[_RowJob]) -> RecordedRow:
    """The row made from its jobs, which are given oldest first."""
    counts = next((job for job in reversed(jobs) if job[2] != "not-sent"), jobs[-1])
    key, job_id, state, created_at, owner, code, sandbox, files = counts
    return RecordedRow(
        key=key,
        job_id=job_id,
        state=state,
        created_at=created_at,
        owner=owner,
        error_code=code,
        sandbox=bool(sandbox),
        files=tuple((path, size, bool(saved)) for _, path, size, saved in sorted(json.loads(files))),
    )
