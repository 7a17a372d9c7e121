"""Giving a submitted job up, and looking for one whose reply was lost. Nothing here is paid, so it is tried again."""

from collections.abc import Generator, Mapping
from datetime import datetime, timedelta
from typing import Literal

from flux2cli.core.job import retry
from flux2cli.core.job.flow.effects import Answer, JobContext, Send, Sleep, Step, error_of
from flux2cli.core.job.job import Job
from flux2cli.errors import NetworkError, UsageError
from flux2cli.wire import HistoryEntry, HttpResponse

Cancelled = Literal["requested", "too-late"]

_TRIES = 4
_SLACK = timedelta(seconds=60)
"""How far the provider's clock and ours may be apart."""


def cancel(task: JobContext, follow: Mapping[str, str]) -> Generator[Step, Answer, Cancelled]:
    """Ask the provider to give the job up; UsageError where it cannot, NetworkError when it does not answer."""
    call = task.provider.cancel(follow, task.target)
    if call is None:
        raise UsageError(
            f"{task.title} cannot cancel a job: it runs to its end and is billed.",
            hint=f"nothing waits for it here; `flux2 jobs fetch {task.job_id}` collects the image it makes",
            job_id=task.job_id,
        )
    reason = ""
    for attempt in range(1, _TRIES + 1):
        answer = yield Send(call=call)
        if isinstance(answer, HttpResponse):
            if 200 <= answer.status < 300:
                return "requested"
            if task.provider.too_late(answer):
                return "too-late"
            problem = task.provider.explain(answer)
            if answer.status < 500 and answer.status not in (408, 429):
                raise error_of(problem, task, None)
            reason = problem.message.rstrip(".")
        elif answer is not None:
            reason = answer.message
        if attempt < _TRIES:
            yield Sleep(seconds=retry.backoff(attempt, task.jitter))
    raise NetworkError(
        f"{task.title} could not be asked to cancel the job: {reason}.",
        hint=f"it goes on; try again: `flux2 jobs cancel {task.job_id}`",
        job_id=task.job_id,
    )


def find(task: JobContext, job: Job) -> Generator[Step, Answer, tuple[HistoryEntry, ...] | None]:
    """The provider's requests that may be this job's: same body, same time. Some may be other jobs' of ours.

    The nearest in time first; None where the provider keeps no list, or does not show it to this key.
    """
    began, ended = datetime.fromisoformat(job.created_at) - _SLACK, datetime.fromisoformat(job.updated_at) + _SLACK
    call = task.provider.history(job.endpoint, began.isoformat(), task.target)
    if call is None:
        return None
    answer = yield Send(call=call)
    found = task.provider.listed(answer) if isinstance(answer, HttpResponse) else None
    if found is None:
        return None
    fits = [
        (abs(sent - datetime.fromisoformat(job.created_at)), past.request_id, past)
        for past in found
        if past.body == job.payload
        if (sent := _moment(past.sent_at)) is not None and began <= sent <= ended
    ]
    return tuple(past for _, _, past in sorted(fits, key=lambda fit: fit[:2]))


def known_to(task: JobContext, follow: Mapping[str, str]) -> Generator[Step, Answer, bool | None]:
    """Whether the provider knows a job by these references; None when it could not be asked."""
    answer = yield Send(call=task.provider.poll(follow, task.target))
    if not isinstance(answer, HttpResponse):
        return None
    if task.provider.polled(answer) is not None:
        return True
    return False if task.provider.explain(answer).code == "missing" else None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
