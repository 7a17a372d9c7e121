"""The flow that watches a submitted job until it ends and records its result. Its requests are free."""

from dataclasses import dataclass, replace

from flux2cli import events
from flux2cli.core.images.image import MOST_IMAGES
from flux2cli.core.job import retry
from flux2cli.core.job.flow.effects import (
    EffectResult,
    Emit,
    Flow,
    JobContext,
    NextEvent,
    Send,
    Sleep,
    UpdateLedger,
    error_of,
    response_of,
    settled,
)
from flux2cli.core.job.job import JobChanges, State
from flux2cli.errors import AuthError, ExpiredError, Flux2Error, NotSavedError, StillRunningError
from flux2cli.wire import Accepted, HttpFailure, HttpRequest, HttpResponse, Problem, Result, Status

_ENDS: dict[str, State] = {"moderated": "moderated", "cancelled": "cancelled"}
"""The states of jobs that ended with a problem other than a failure."""


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
        left = context.left(view.now)
        if left is not None and left <= 0:
            raise _still_running(context, accepted)
        if view.wait:
            yield Sleep(seconds=view.wait if left is None else min(view.wait, left))


@dataclass(slots=True)
class _View:
    """How a job is watched: the stream failures still allowed, counts, and seconds until the next look."""

    streams: int
    polls: int = 0
    errors: int = 0
    wait: float = 0.0
    now: float = 0.0
    poll_next: bool = False


def _look(context: JobContext, accepted: Accepted, view: _View) -> Flow[Status | None]:
    """The job's status from its stream or a poll; None when this look failed."""
    call = _stream(context, accepted, view)
    if call is not None:
        result = yield NextEvent(call=call, patience=retry.STREAM_PATIENCE)
        status = context.provider.polled(result) if isinstance(result, HttpResponse) else None
        view.now, view.wait = _at(result), 0.0
        if status is None:
            view.streams -= 1
            view.poll_next = True
        return status
    view.poll_next = False
    call = context.provider.poll(accepted.follow, context.target)
    result = yield Send(call=call)
    status = context.provider.polled(result) if isinstance(result, HttpResponse) else None
    view.now = _at(result)
    if status is None:
        view.errors += 1
        yield from _poll_error(context, accepted, call, result)
        view.wait = retry.backoff(view.errors, context.jitter)
    else:
        view.polls, view.errors = view.polls + 1, 0
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


def _still_running(context: JobContext, accepted: Accepted) -> StillRunningError:
    return StillRunningError(
        f"Still running at {context.title} after {context.timeout:g} s.",
        hint=f"`flux2 jobs wait {context.job_id}` goes on waiting and saves the image",
        job_id=context.job_id,
        request_id=accepted.request_id,
    )


def _poll_error(context: JobContext, accepted: Accepted, call: HttpRequest, result: EffectResult) -> Flow[None]:
    """Handle a poll without a status: raise a permanent error, else return, for another poll."""
    if isinstance(result, HttpFailure):
        yield Emit(event=events.Retrying(job_id=context.job_id, what="status", reason=result.message, wait=0.0))
        return
    response = response_of(result)
    problem = context.explain(response, call)
    if problem.code in ("auth", "balance"):
        raise _key_refused(problem, context, accepted)
    if problem.code == "missing" and response.at > retry.MISSING_GRACE and "guess" not in accepted.follow:
        error = _expired(context, accepted)
        yield settled("expired", error)
        raise error
    yield Emit(event=events.Retrying(job_id=context.job_id, what="status", reason=problem.message, wait=0.0))


def _key_refused(problem: Problem, context: JobContext, accepted: Accepted) -> AuthError:
    key = "" if problem.foreign else "with the right key, "
    return AuthError(
        problem.message,
        hint=f"the job goes on; {key}`flux2 jobs fetch {context.job_id}` collects it",
        job_id=context.job_id,
        request_id=accepted.request_id,
    )


def _expired(context: JobContext, accepted: Accepted) -> ExpiredError:
    return ExpiredError(
        f"{context.title} no longer keeps the result of this job.",
        hint="it was paid for and cannot be collected any more; the provider's own history may still show the image",
        job_id=context.job_id,
        request_id=accepted.request_id,
    )


def fetch_result(context: JobContext, accepted: Accepted, failure: Problem | None = None) -> Flow[Result | None]:
    """Read the result of a finished job and record it as ready; None when the job is not finished after all.

    `failure` is the problem in the status of a failed job; that of the result's response is more exact and comes first.
    """
    problem, attempt = failure, 0
    while True:
        attempt += 1
        call = context.provider.result(accepted.follow, context.target)
        response = yield Send(call=call, images=True)
        if isinstance(response, HttpResponse):
            result = context.provider.outputs(response)
            if result is not None:
                if len(result.images) > MOST_IMAGES:
                    yield Emit(event=events.Warned(job_id=context.job_id, text=_too_many(context, result)))
                    result = replace(result, images=result.images[:MOST_IMAGES])
                yield UpdateLedger(changes=_ready(result, response))
                return result
            problem = context.explain(response, call)
            if problem.code == "running":
                return None
            yield from _ended(context, accepted, problem, attempt)
        if failure is not None and attempt > 1:
            yield from _ended(context, accepted, failure, attempt)
        wait = retry.after_free("result", attempt, context.jitter)
        if wait is None:
            break
        yield Sleep(seconds=wait)
    raise NotSavedError(
        f"The job is finished, but its result could not be read{': ' + problem.message if problem else '.'}",
        hint=f"`flux2 jobs fetch {context.job_id}` tries again at no cost",
        job_id=context.job_id,
        request_id=accepted.request_id,
    )


def _too_many(context: JobContext, result: Result) -> str:
    return f"{context.title} names {len(result.images)} images; the first {MOST_IMAGES} are saved"


def _ready(result: Result, response: HttpResponse) -> JobChanges:
    """The record of a finished job, without URLs, which expire and are read again, and without media types."""
    images = tuple(replace(image, url=None, media_type=None) for image in result.images)
    changes: JobChanges = {"state": "ready", "result": replace(result, images=images)}
    if response.from_sandbox:
        changes["sandbox"] = True
    return changes


def _ended(context: JobContext, accepted: Accepted, problem: Problem, attempt: int) -> Flow[None]:
    """Raise the error that a result's response means, once it is certain; return for another attempt."""
    if problem.code in ("auth", "balance"):
        raise _key_refused(problem, context, accepted)
    if problem.code == "missing" and attempt > 1 and "guess" not in accepted.follow:
        error: Flux2Error = _expired(context, accepted)
        yield settled("expired", error)
        raise error
    if problem.final:
        error = error_of(problem, job_id=context.job_id, request_id=accepted.request_id)
        yield settled(_ENDS.get(problem.code, "failed"), error)
        raise error
