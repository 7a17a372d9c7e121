"""The flow that reads a finished job's result and records it, and the ends that a response can mean. All is free."""

from dataclasses import replace

from flux2cli import events
from flux2cli.core.images.image import MOST_IMAGES
from flux2cli.core.job import retry
from flux2cli.core.job.flow.effects import (
    EffectResult,
    Emit,
    Flow,
    JobContext,
    Send,
    Sleep,
    UpdateLedger,
    error_of,
    response_of,
    settled,
)
from flux2cli.core.job.job import JobChanges, State
from flux2cli.errors import AuthError, BalanceError, ExpiredError, Flux2Error, NetworkError, NotSavedError
from flux2cli.wire import Accepted, HttpFailure, HttpResponse, Problem, Result

_ENDS: dict[str, State] = {"moderated": "moderated", "cancelled": "cancelled"}
"""The states of jobs that ended with a problem other than a failure."""


def fetch_result(context: JobContext, accepted: Accepted, failure: Problem | None = None) -> Flow[Result | None]:
    """Read the result of a finished job and record it as ready; None when the job is not finished after all.

    Asks until the deadline, for what is not the provider's own word says nothing about the job. `failure` is the
    problem in the status of a failed job; that of the result's response is more exact and comes first.
    """
    call = context.provider.result(accepted.follow, context.target)
    attempt = empty = 0
    refused: Problem | None = None
    while True:
        attempt += 1
        response = yield Send(call=call, images=True)
        result = _outputs(context, response)
        if result is not None and result.images:
            return (yield from _recorded(context, result, response_of(response)))
        if isinstance(response, HttpFailure):
            reason, now, reply = response.message, response.at, ""
        else:
            answer = response_of(response)
            problem = context.explain(answer, call)
            if problem.code == "running":
                return None
            if failure is not None and answer.status in (404, 410):  # that there is no result is no reason
                yield from end(context, accepted, failure)
            yield from _ended(context, accepted, problem, attempt)
            empty += result is not None
            refused = (yield from watch_on(context, problem, refused)) if refuses_key(problem) else None
            reason, now, reply = problem.message, answer.at, problem.reply
        if failure is not None and attempt > 1:
            yield from end(context, accepted, failure)
        if empty >= retry.EMPTY_RESULTS:
            yield from end(context, accepted, _without_images(context, reason, reply))
        wait = retry.after_result(attempt, context.left(now), context.jitter)
        if wait is None:
            raise key_refused(refused, context, accepted) if refused else _unread(context, accepted, reason)
        yield Emit(event=events.Retrying(job_id=context.job_id, what="result", reason=reason, wait=wait))
        yield Sleep(seconds=wait)


def ask_again(context: JobContext, accepted: Accepted) -> Flow[Result | None]:
    """Ask once for the result of a job that ended without one, and record it as ready; None when there still is none.

    NetworkError when the provider could not be asked; the job stays as it was recorded.
    """
    response = yield Send(call=context.provider.result(accepted.follow, context.target), images=True)
    if isinstance(response, HttpFailure):
        raise NetworkError(
            f"{context.title} could not be asked again about this job: {response.message}.",
            hint=f"`flux2 jobs show {context.job_id}` has how it ended",
            job_id=context.job_id,
            request_id=accepted.request_id,
        )
    result = _outputs(context, response)
    return (yield from _recorded(context, result, response_of(response))) if result and result.images else None


def refuses_key(problem: Problem) -> bool:
    """Whether the provider itself refuses the key or the account, which asking again does not change."""
    return problem.code in ("auth", "balance") and not problem.foreign


def watch_on(context: JobContext, problem: Problem, before: Problem | None) -> Flow[Problem]:
    """Say once that the provider refuses the key or the account; returns the problem. The job goes on all the same."""
    if before is None:
        text = f"{problem.message} The job goes on; this asks again until --timeout"
        yield Emit(event=events.Warned(job_id=context.job_id, text=text))
    return problem


def key_refused(problem: Problem, context: JobContext, accepted: Accepted) -> Flux2Error:
    """The error for a job that goes on, and of which this key or account learned nothing until the deadline."""
    first = "top up" if problem.code == "balance" else "with the right key"
    return (BalanceError if problem.code == "balance" else AuthError)(
        problem.message,
        hint=f"the job goes on: {first}, then `flux2 jobs fetch {context.job_id}` collects it",
        job_id=context.job_id,
        request_id=accepted.request_id,
    )


def expire(context: JobContext, accepted: Accepted) -> Flow[None]:
    """Record that the provider no longer has the job, and raise ExpiredError; nothing where its URLs are a guess."""
    if "guess" in accepted.follow:
        return
    error = ExpiredError(
        f"{context.title} no longer keeps the result of this job.",
        hint="it may have been paid for and cannot be collected any more; the provider's own history may show it",
        job_id=context.job_id,
        request_id=accepted.request_id,
    )
    yield settled("expired", error)
    raise error


def _outputs(context: JobContext, response: EffectResult) -> Result | None:
    """The result in a response, which may be one without images; None when it has none."""
    return context.provider.outputs(response) if isinstance(response, HttpResponse) else None


def _recorded(context: JobContext, result: Result, response: HttpResponse) -> Flow[Result]:
    """Record the result as ready; returns it, with as many images as are saved."""
    if len(result.images) > MOST_IMAGES:
        text = f"{context.title} names {len(result.images)} images; the first {MOST_IMAGES} are saved"
        yield Emit(event=events.Warned(job_id=context.job_id, text=text))
        result = replace(result, images=result.images[:MOST_IMAGES])
    yield UpdateLedger(changes=_ready(result, response))
    return result


def _ready(result: Result, response: HttpResponse) -> JobChanges:
    """The record of a finished job, without URLs, which expire and are read again, and without media types."""
    images = tuple(replace(image, url=None, media_type=None) for image in result.images)
    changes: JobChanges = {"state": "ready", "result": replace(result, images=images), "error": None}
    if response.from_sandbox:
        changes["sandbox"] = True
    return changes


def end(context: JobContext, accepted: Accepted, problem: Problem) -> Flow[None]:
    """Record that the job has ended with this problem, and raise its error."""
    error = error_of(problem, job_id=context.job_id, request_id=accepted.request_id)
    yield settled(_ENDS.get(problem.code, "failed"), error, problem.reply)
    raise error


def _ended(context: JobContext, accepted: Accepted, problem: Problem, attempt: int) -> Flow[None]:
    """Raise the error that a result's response means, once it is certain; return for another attempt."""
    if not problem.final:
        return
    if problem.code != "missing":
        yield from end(context, accepted, problem)
    elif attempt > 1:
        yield from expire(context, accepted)


def _without_images(context: JobContext, reason: str, reply: str) -> Problem:
    return Problem(
        code="provider_failed",
        message=f"{context.title} finished the job without an image: {reason}",
        hint=f"`flux2 jobs fetch {context.job_id}` asks once more",
        final=True,
        reply=reply,
    )


def _unread(context: JobContext, accepted: Accepted, reason: str) -> NotSavedError:
    return NotSavedError(
        f"The job is finished, but its result could not be read: {reason.rstrip('.')}.",
        hint=f"`flux2 jobs fetch {context.job_id}` tries again at no cost",
        job_id=context.job_id,
        request_id=accepted.request_id,
    )
