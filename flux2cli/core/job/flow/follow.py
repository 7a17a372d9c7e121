"""A submitted job, watched until it ends and its result is recorded. Everything here is free, so it is tried again."""

from collections.abc import Generator
from dataclasses import dataclass

from flux2cli import events
from flux2cli.core.job import retry
from flux2cli.core.job.flow.effects import (
    Answer,
    Emit,
    JobContext,
    NextEvent,
    Send,
    Sleep,
    Step,
    UpdateLedger,
    error_of,
    reply_of,
    settled,
)
from flux2cli.errors import AuthError, ExpiredError, Flux2Error, NotSavedError, StillRunningError
from flux2cli.wire import Accepted, HttpFailure, HttpRequest, HttpResponse, Problem, Result, Status

_MISSING_GRACE = 5.0
"""Seconds after a submit during which "no such job" may only mean "not yet"."""
PATIENCE = 15.0
"""Seconds without an event after which a stream counts as stalled."""
_RESULT_TRIES = 6
"""How often the result of a finished job is asked for before it is left for `jobs fetch`."""


def follow(task: JobContext, accepted: Accepted) -> Generator[Step, Answer, Result]:
    """Watch a submitted job until it ends; its result, recorded as ready, or the error that it ended with.

    The provider's event stream tells at once; when it stalls or breaks, one look by hand, and another try with it.
    """
    view = _View(streams=task.streams)
    while True:
        status = yield from _look(task, accepted, view)
        if status is not None:
            if status.state in ("done", "failed"):
                result = yield from fetch_result(task, accepted, status.problem)
                if result is not None:
                    return result
                view.streams = 0  # it said done and was not: believe only what is asked for
            yield Emit(event=_progress(task, status))
        left = task.left(view.now)
        if left is not None and left <= 0:
            raise _still_running(task, accepted)
        if view.wait:
            yield Sleep(seconds=view.wait if left is None else min(view.wait, left))


@dataclass(slots=True)
class _View:
    """How a job is being watched: what is left of the stream's chances, counts, and the wait before the next look."""

    streams: int
    polls: int = 0
    errors: int = 0
    wait: float = 0.0
    now: float = 0.0
    by_hand: bool = False


def _look(task: JobContext, accepted: Accepted, view: _View) -> Generator[Step, Answer, Status | None]:
    """The next thing that is known about the job; None when this look failed."""
    call = _stream(task, accepted, view)
    if call is not None:
        answer = yield NextEvent(call=call, patience=PATIENCE)
        status = task.provider.polled(answer) if isinstance(answer, HttpResponse) else None
        view.now = _at(answer)
        view.wait = 0.0
        if status is None:
            view.streams -= 1
            view.by_hand = True
        return status
    view.by_hand = False
    answer = yield Send(call=task.provider.poll(accepted.follow, task.target))
    status = task.provider.polled(answer) if isinstance(answer, HttpResponse) else None
    view.now = _at(answer)
    if status is None:
        view.errors += 1
        yield from _poll_error(task, accepted, answer)
        view.wait = retry.backoff(view.errors, task.jitter)
    else:
        view.polls, view.errors = view.polls + 1, 0
        view.wait = 0.0 if _stream(task, accepted, view) else retry.poll_interval(view.polls)
    return status


def _stream(task: JobContext, accepted: Accepted, view: _View) -> HttpRequest | None:
    """The stream to listen to; None when it failed too often, or when waiting for an event could pass the deadline."""
    left = task.left(view.now)
    if view.streams <= 0 or view.by_hand or (left is not None and left < PATIENCE):
        return None
    return task.provider.stream(accepted.follow, task.target)


def _at(answer: Answer) -> float:
    return 0.0 if answer is None else answer.at


def _progress(task: JobContext, status: Status) -> events.Event:
    if status.state == "queued":
        return events.Queued(job_id=task.job_id, position=status.position)
    return events.Running(job_id=task.job_id, logs=status.logs)


def _still_running(task: JobContext, accepted: Accepted) -> StillRunningError:
    return StillRunningError(
        f"Still running at {task.title} after {task.timeout:g} s.",
        hint=f"`flux2 jobs wait {task.job_id}` goes on waiting and saves the image",
        job_id=task.job_id,
        request_id=accepted.request_id,
    )


def _poll_error(task: JobContext, accepted: Accepted, answer: Answer) -> Generator[Step, Answer, None]:
    """A look at the job that gave no status: raise what will not mend itself, else let the caller try again."""
    if isinstance(answer, HttpFailure):
        yield Emit(event=events.Retrying(job_id=task.job_id, what="status", reason=answer.message, wait=0.0))
        return
    reply = reply_of(answer)
    problem = task.provider.explain(reply)
    if problem.code in ("auth", "balance"):
        raise _key_refused(problem, task, accepted)
    if problem.code == "missing" and reply.at > _MISSING_GRACE and "guess" not in accepted.follow:
        error = _expired(task, accepted)
        yield settled("expired", error)
        raise error
    yield Emit(event=events.Retrying(job_id=task.job_id, what="status", reason=problem.message, wait=0.0))


def _key_refused(problem: Problem, task: JobContext, accepted: Accepted) -> AuthError:
    return AuthError(
        problem.message,
        hint=f"the job goes on; with the right key, `flux2 jobs fetch {task.job_id}` collects it",
        job_id=task.job_id,
        request_id=accepted.request_id,
    )


def _expired(task: JobContext, accepted: Accepted) -> ExpiredError:
    return ExpiredError(
        f"{task.title} no longer keeps the result of this job.",
        hint="it was paid for and cannot be collected any more; the provider's own history may still show the image",
        job_id=task.job_id,
        request_id=accepted.request_id,
    )


def fetch_result(
    task: JobContext, accepted: Accepted, failure: Problem | None = None
) -> Generator[Step, Answer, Result | None]:
    """The result of a job that is over, recorded as ready; None when it is not over after all.

    `failure` is what the status said about a failed job; the result reply knows better and goes first.
    """
    problem = failure
    for attempt in range(1, _RESULT_TRIES + 1):
        answer = yield Send(call=task.provider.result(accepted.follow, task.target), images=True)
        if isinstance(answer, HttpResponse):
            result = task.provider.outputs(answer)
            if result is not None:
                yield UpdateLedger(changes=_ready(result, answer))
                return result
            problem = task.provider.explain(answer)
            if problem.code == "running":
                return None
            yield from _ended(task, accepted, problem, attempt)
        if failure is not None and attempt > 1:
            yield from _ended(task, accepted, failure, attempt)
        yield Sleep(seconds=retry.backoff(attempt, task.jitter))
    raise NotSavedError(
        f"The job is finished, but its result could not be read{': ' + problem.message if problem else '.'}",
        hint=f"`flux2 jobs fetch {task.job_id}` tries again at no cost",
        job_id=task.job_id,
        request_id=accepted.request_id,
    )


def _ready(result: Result, reply: HttpResponse) -> dict[str, object]:
    changes: dict[str, object] = {"state": "ready", "result": result_record(result)}
    if "x-flux2-sandbox" in reply.headers:
        changes["sandbox"] = True
    return changes


def result_record(result: Result) -> dict[str, object]:
    """A result as the ledger keeps it: without the addresses, which expire and are asked for again."""
    return {
        "seed": result.seed,
        "prompt": result.prompt,
        "timings": dict(result.timings),
        "billable_units": result.billable_units,
        "reported_cost": result.reported_cost,
        "usage": dict(result.usage),
        "images": [{"width": i.width, "height": i.height, "nsfw": i.nsfw} for i in result.images],
    }


def _ended(task: JobContext, accepted: Accepted, problem: Problem, attempt: int) -> Generator[Step, Answer, None]:
    """Raise the error that a result reply means, once it is certain; return to have it tried again."""
    if problem.code in ("auth", "balance"):
        raise _key_refused(problem, task, accepted)
    if problem.code == "missing" and attempt > 1 and "guess" not in accepted.follow:
        error: Flux2Error = _expired(task, accepted)
        yield settled("expired", error)
        raise error
    if problem.final:
        error = error_of(problem, task, accepted.request_id)
        state = {"moderated": "moderated", "cancelled": "cancelled"}.get(problem.code, "failed")
        yield settled(state, error)
        raise error
