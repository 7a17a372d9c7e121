"""Preconditions of a write: the job exists, its budget allows it, no identical job is `unknown`. Reads only.

`over` and `in_doubt` return the error, so that the transaction can commit before the caller raises it.
"""

import sqlite3

from flux2cli.core.batch.claims import RowClaim
from flux2cli.core.job.job import Job, JobChanges
from flux2cli.core.money.budget import DayBudget, check_day
from flux2cli.edges.ledger import batch_rows, job_rows, spend_queries
from flux2cli.errors import BudgetError, UnknownOutcomeError, UsageError


def one(db: sqlite3.Connection, job_id: str) -> Job:
    """The job with that id; UsageError when there is none."""
    found = job_rows.select(db, [job_rows.equals("job_id", job_id)])
    if not found:
        raise not_found(job_id)
    return found[0]


def standing(db: sqlite3.Connection, job_id: str) -> job_rows.Standing:
    """State and owner of the job with that id; UsageError when there is none."""
    found = job_rows.standing(db, job_id)
    if found is None:
        raise not_found(job_id)
    return found


def over(db: sqlite3.Connection, budget: DayBudget | None, job: Job) -> BudgetError | None:
    """The error when the job's worst case exceeds its budget. Call it in the transaction that writes `submitting`."""
    if budget is None:
        return None
    return check_day(budget, job.estimate.high, spend_queries.of_day(db, budget.since))


def in_doubt(
    db: sqlite3.Connection, job: Job, former_key: str | None, claim: RowClaim | None
) -> UnknownOutcomeError | None:
    """The error when an identical job is `unknown`: the provider may have accepted it."""
    found = batch_rows.in_doubt(db, job, former_key, claim)
    if found is None:
        return None
    return UnknownOutcomeError(
        f"Whether the provider accepted the identical job `{found.job_id}` is not known; nothing was sent.",
        hint=f"`flux2 jobs show {found.job_id}`; --resubmit-unknown sends it again and may cost twice",
        job_id=found.job_id,
        request_id=found.request_id,
    )


def not_found(job_id: str) -> UsageError:
    """The error for an id without a job."""
    return UsageError(f"There is no job `{job_id}`.", hint="`flux2 jobs list` names them")


def unrecorded(job_id: str, changes: JobChanges) -> str:
    """The consequence of a failed update, as a clause. After a submit it may be the only trace of the request id."""
    request_id, state = changes.get("request_id"), changes.get("state")
    named = f"job `{job_id}`" + (f" (request `{request_id}`)" if request_id else "")
    return f"{named} could not be recorded" + (f" as `{state}`" if state else "")
