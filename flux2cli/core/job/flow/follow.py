"""The flow that watches a submitted job until it ends and records its result. Its requests are free."""

from dataclasses import dataclass

from flux2cli import events
from flux2cli.core.job import retry
from flux2cli.core.job.flow.effects import (
    EffectResult,
    Emit,
    Flow,
    JobContext,
    NextEvent,
    Send,
    Sleep,
    response_of,
)
from flux2cli.core.job.flow.results import end, expire, fetch_result, key_refused, refuses_key, watch_on
from flux2cli.errors import StillRunningError
from flux2cli.wire import Accepted, HttpFailure, HttpRequest, HttpResponse, Problem, Result, Status


def follow(context: JobContext, accepted: Accepted) -> Flow[Result]:
    """Watch a submitted job until it ends; returns its result, recorded as ready, or raises its error.

    Reads the provider's event stream; when it stalls or breaks, polls once and opens it again.
    """
    view = _View(streams=context.streams)
    while True:
        status = yield from _look(context, accepted, view)
        if status is not None:
            if status.state in ("done", "failed"):
                result = yield from fetch_result(context, accepted, status.problem)
                if result is not None:
                    return result
                view.streams = 0  # the stream reported an end that was none: poll from here on
            yield Emit(event=_progress(context, status))
        wait = retry.before_deadline(view.wait, context.left(view.now))
        if wait is None:
            raise (
                key_refused(view.refused, context, accepted)
                if view.refused
                else _still_running(context, accepted, view)
            )
        if wait:
            yield Sleep(seconds=wait)


@dataclass(slots=True)
class _View:
    """How a job is watched: the stream failures still allowed, counts, seconds until the next look, a refusal."""

    streams: int
    polls: int = 0
    errors: int = 0
    wait: float = 0.0
    now: float = 0.0
    poll_next: bool = False
    failure: str = ""
    """Why the last poll gave no status; empty if it gave one."""
    refused: Problem | None = None
    """The provider's refusal of the key or the account, if that was its last word. The job goes on all the same."""


def _look(context: JobContext, accepted: Accepted, view: _View) -> Flow[Status | None]:
    """The job's status from its stream or a poll; None when this look failed."""
    call = _stream(context, accepted, view)
    if call is not None:
        result = yield NextEvent(call=call, patience=retry.STREAM_PATIENCE)
        status = context.polled(result) if isinstance(result, HttpResponse) else None
        view.now, view.wait = _at(result), 0.0
        if status is None:
            view.streams -= 1
            view.poll_next = True
        return status
    view.poll_next = False
    call = context.provider.poll(accepted.follow, context.target)
    result = yield Send(call=call)
    status = context.polled(result) if isinstance(result, HttpResponse) else None
    view.now = _at(result)
    if status is None:
        view.errors += 1
        yield from _poll_error(context, accepted, view, call, result)
        view.wait = retry.backoff(view.errors, context.jitter)
    else:
        view.polls, view.errors, view.refused, view.failure = view.polls + 1, 0, None, ""
        view.wait = 0.0 if _stream(context, accepted, view) else retry.poll_interval(view.polls)
    return status


def _stream(context: JobContext, accepted: Accepted, view: _View) -> HttpRequest | None:
    """The stream to read; None when it failed too often, or when waiting for an event could pass the deadline."""
    left = context.left(view.now)
    if view.streams <= 0 or view.poll_next or (left is not None and left < retry.STREAM_PATIENCE):
        return None
    return context.provider.stream(accepted.follow, context.target)


def _at(result: EffectResult) -> float:
    return 0.0 if result is None else result.at


def _progress(context: JobContext, status: Status) -> events.Event:
    if status.state == "queued":
        return events.Queued(job_id=context.job_id, position=status.position)
    return events.Running(job_id=context.job_id, logs=status.logs)


def _still_running(context: JobContext, accepted: Accepted, view: _View) -> StillRunningError:
    last = f"; the last look failed: {view.failure.rstrip('.')}" if view.failure else ""
    return StillRunningError(
        f"Still running at {context.title} after {context.timeout:g} s{last}.",
        hint=f"`flux2 jobs wait {context.job_id}` goes on waiting and saves the image",
        job_id=context.job_id,
        request_id=accepted.request_id,
    )


def _poll_error(
    context: JobContext, accepted: Accepted, view: _View, call: HttpRequest, result: EffectResult
) -> Flow[None]:
    """Handle a poll without a status: raise the error with which the job has ended, else return, for another poll."""
    if isinstance(result, HttpFailure):
        view.failure = result.message
        yield Emit(event=events.Retrying(job_id=context.job_id, what="status", reason=result.message, wait=0.0))
        return
    response = response_of(result)
    problem = context.explain(response, call)
    view.failure = problem.message
    if refuses_key(problem):
        view.refused = yield from watch_on(context, problem, view.refused)
    elif problem.code == "missing" and problem.final and response.at > retry.MISSING_GRACE:
        yield from expire(context, accepted)
    elif problem.code != "missing" and problem.final and response.status < 500:  # a 5xx may be about this read alone
        yield from end(context, accepted, problem)
    yield Emit(event=events.Retrying(job_id=context.job_id, what="status", reason=problem.message, wait=0.0))
