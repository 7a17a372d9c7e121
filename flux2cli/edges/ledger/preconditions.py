"""What a change in the books is held against: the job as it stands, budgets, doubts. Reads only; errors as values."""

import sqlite3
from decimal import Decimal

from flux2cli.core.batch.claims import RowClaim
from flux2cli.core.job.job import Job
from flux2cli.core.money.budget import DayBudget, check_day
from flux2cli.edges.ledger import batch_rows, job_rows, spend_queries
from flux2cli.errors import BudgetError, UnknownOutcomeError, UsageError


def one(db: sqlite3.Connection, job_id: str) -> Job:
    """The job of that id; UsageError when there is none."""
    found = job_rows.select(db, [job_rows.equals("job_id", job_id)])
    if not found:
        raise not_found(job_id)
    return found[0]


def standing(db: sqlite3.Connection, job_id: str) -> job_rows.Standing:
    """Where the job of that id stands; UsageError when there is none."""
    found = job_rows.standing(db, job_id)
    if found is None:
        raise not_found(job_id)
    return found


def over(db: sqlite3.Connection, budget: DayBudget | None, job: Job) -> BudgetError | None:
    """The error when the job would exceed its budget; within the transaction that writes `submitting`."""
    if budget is None:
        return None
    worst = job.estimate.get("max")
    return check_day(budget, None if worst is None else Decimal(str(worst)), spend_queries.of_day(db, budget.since))


def in_doubt(db: sqlite3.Connection, job: Job, claim: RowClaim | None) -> UnknownOutcomeError | None:
    """The error when it is not known whether an identical job was accepted."""
    found = batch_rows.in_doubt(db, job, claim)
    if found is None:
        return None
    return UnknownOutcomeError(
        f"Whether the provider accepted the identical job `{found.job_id}` is not known; nothing was sent.",
        hint=f"`flux2 jobs show {found.job_id}`; --resubmit-unknown sends it again and may cost twice",
        job_id=found.job_id,
        request_id=found.request_id,
    )


def not_found(job_id: str) -> UsageError:
    """The error for an id that no job has."""
    return UsageError(f"There is no job `{job_id}`.", hint="`flux2 jobs list` names them")


def unrecorded(job_id: str, changes: job_rows.Changes) -> str:
    """What a failed update means: after a submit the request id may stand nowhere but in this sentence."""
    request_id, state = changes.get("request_id"), changes.get("state")
    named = f"job `{job_id}`" + (f" (request `{request_id}`)" if request_id else "")
    return f"{named} could not be recorded" + (f" as `{state}`" if state else "")
