"""Flows that cancel a submitted job and that look for one in the provider's history. All of their requests are free."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from flux2cli.core.job import retry
from flux2cli.core.job.flow.effects import Flow, JobContext, Send, Sleep, error_of
from flux2cli.core.job.job import Job
from flux2cli.errors import NetworkError, UsageError
from flux2cli.redact import redact_object
from flux2cli.wire import HistoryEntry, HttpResponse

CancelResult = Literal["requested", "too-late"]
"""The provider will stop the job if it still can; the job was over before."""

_SLACK = timedelta(seconds=60)
"""How much the provider's clock may differ from this machine's."""


def cancel(context: JobContext, follow: Mapping[str, str]) -> Flow[CancelResult]:
    """Ask the provider to cancel the job whose follow-up URLs these are.

    UsageError when the provider cannot cancel or refuses to, NetworkError when it gives no usable response.
    """
    call = context.provider.cancel(follow, context.target)
    if call is None:
        raise UsageError(
            f"{context.title} cannot cancel a job: it runs to its end and is billed.",
            hint=f"nothing waits for it here; `flux2 jobs fetch {context.job_id}` collects the image it makes",
            job_id=context.job_id,
        )
    reason, attempt = "", 0
    while True:
        attempt += 1
        response = yield Send(call=call)
        if isinstance(response, HttpResponse):
            if 200 <= response.status < 300:
                return "requested"
            if context.provider.too_late(response):
                return "too-late"
            problem = context.explain(response, call)
            if not retry.is_temporary(response.status):
                raise error_of(problem, job_id=context.job_id)
            reason = problem.message.rstrip(".")
        elif response is not None:
            reason = response.message
        wait = retry.after_free("cancel", attempt, context.left_after(response), context.jitter)
        if wait is None:
            break
        yield Sleep(seconds=wait)
    raise NetworkError(
        f"{context.title} could not be asked to cancel the job: {reason}.",
        hint=f"it goes on; try again: `flux2 jobs cancel {context.job_id}`",
        job_id=context.job_id,
    )


def find(context: JobContext, job: Job) -> Flow[tuple[HistoryEntry, ...] | None]:
    """Find the requests in the provider's history that may be this job: same body, sent at about the same time.

    Sorted by difference in time; some may be other jobs of the ledger. None when the provider keeps no history, or does
    not show it to this key.
    """
    began, ended = datetime.fromisoformat(job.created_at) - _SLACK, datetime.fromisoformat(job.updated_at) + _SLACK
    call = context.provider.history(job.endpoint, began.isoformat(), context.target)
    if call is None:
        return None
    response = yield Send(call=call)
    listed = context.provider.listed(response) if isinstance(response, HttpResponse) else None
    if listed is None:
        return None
    fits = [
        (abs(sent - datetime.fromisoformat(job.created_at)), entry.request_id, entry)
        for entry in listed
        if redact_object(entry.body) == job.payload
        if (sent := _moment(entry.sent_at)) is not None and began <= sent <= ended
    ]
    return tuple(entry for _, _, entry in sorted(fits, key=lambda fit: fit[:2]))


def known_to(context: JobContext, follow: Mapping[str, str]) -> Flow[bool | None]:
    """Whether the provider knows a job with these follow-up URLs; None when its response does not show it."""
    call = context.provider.poll(follow, context.target)
    response = yield Send(call=call)
    if not isinstance(response, HttpResponse):
        return None
    if context.provider.polled(response) is not None:
        return True
    problem = context.explain(response, call)
    return False if problem.code == "missing" and problem.final else None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
