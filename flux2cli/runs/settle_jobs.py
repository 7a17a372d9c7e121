"""Settles jobs by the user's decision: cancels them, or records the outcome of a submit. Submits nothing."""

from dataclasses import dataclass
from typing import Literal

from flux2cli.core.job.job import Job
from flux2cli.errors import UsageError
from flux2cli.events import Warned
from flux2cli.providers import registry
from flux2cli.runs.session import SILENT, Session

_TOO_LATE = "It was over before it could be cancelled, and is paid for"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """The outcome of a cancellation, and a sentence about the job and its bill."""

    outcome: Literal["cancelled", "requested", "too-late"]
    message: str


def cancel_job(session: Session, job: Job) -> Cancellation:
    """Ask the provider to cancel a job; UsageError when there is nothing to cancel."""
    from flux2cli.engine import queries

    collect = f"`flux2 jobs fetch {job.job_id}` collects it"
    too_late = Cancellation(outcome="too-late", message=f"{_TOO_LATE}: {collect}.")
    if job.state == "ready":
        return too_late
    if job.state != "submitted":
        raise UsageError(
            f"Job `{job.job_id}` is `{job.state}`, so there is nothing to cancel.",
            hint=f"`flux2 jobs show {job.job_id}`",
            job_id=job.job_id,
        )
    target = session.target(job.provider)
    engine = session.engine()
    response, after = session.supervise(engine, lambda: queries.cancel(engine, job, target), listener=SILENT)
    if response == "too-late" or after.state in ("ready", "saved"):
        return too_late
    if after.state == "cancelled":
        return Cancellation(
            outcome="cancelled", message="Cancelled. What was already done of it may be billed all the same."
        )
    return Cancellation(
        outcome="requested", message=f"Asked to stop; it may be finished and billed all the same, and then {collect}."
    )


def resolve_job(session: Session, job: Job, verdict: str, request_id: str | None) -> Job:
    """Record the outcome of a submit whose response was lost; returns the changed job.

    `verdict` is `accepted`, with the provider's request id, or `not-sent`. UsageError when it contradicts the records.
    """
    _check_verdict(job, verdict, request_id)
    if session.ledger.claim(job.job_id) is None:
        raise UsageError(f"Job `{job.job_id}` is being worked on by another process.")
    if verdict == "not-sent" or request_id is None:
        return session.ledger.update(job.job_id, state="not-sent", error=None)
    _check_request(session, job, request_id)
    follow = registry.provider_named(job.provider).lookup(job.endpoint, request_id)
    after = session.ledger.update(job.job_id, state="submitted", request_id=request_id, follow=follow, error=None)
    session.ledger.release(job.job_id)
    return after


def _check_verdict(job: Job, verdict: str, request_id: str | None) -> None:
    usage = f"flux2 jobs resolve {job.job_id} --as not-sent, or --as accepted REQUEST_ID"
    if verdict not in ("accepted", "not-sent"):
        what = f"`--as {verdict}` is neither `accepted` nor `not-sent`" if verdict else "`--as` is missing"
        raise UsageError(f"{what}.", hint=usage)
    if (verdict == "accepted") != (request_id is not None):
        raise UsageError("A request id goes with `--as accepted`, and with nothing else.", hint=usage)
    if job.state != "unknown":
        raise UsageError(
            f"Job `{job.job_id}` is `{job.state}`: there is nothing unknown about it.",
            hint=f"`flux2 jobs show {job.job_id}`",
        )


def _check_request(session: Session, job: Job, request_id: str) -> None:
    """UsageError for a request id of another job, or one that the provider does not know."""
    from flux2cli.engine import queries

    if taken := session.ledger.with_request(job.provider, request_id):
        raise UsageError(f"Request `{request_id}` is job `{taken.job_id}`.", hint=f"`flux2 jobs show {taken.job_id}`")
    target = session.target(job.provider)
    engine = session.engine()
    known = session.supervise(
        engine, lambda: queries.known_to_provider(engine, job, request_id, target), listener=SILENT
    )
    title = registry.info(job.provider).title
    if known is False:
        raise UsageError(
            f"{title} knows no request `{request_id}` for {job.endpoint}.", hint="copy the id from its history"
        )
    if known is None:
        text = f"{title} could not be asked about `{request_id}`; it is taken as it is"
        session.listener.show(Warned(job_id=job.job_id, text=text))
