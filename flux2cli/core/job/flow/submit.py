"""The flow of the paid request: sends it until its outcome is certain, and never again when it is not."""

from flux2cli import events
from flux2cli.core.job import retry
from flux2cli.core.job.flow.effects import (
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
from flux2cli.core.job.job import JobChanges
from flux2cli.core.money.job_cost import stated_cost
from flux2cli.errors import NetworkError, RateLimitedError, UnknownOutcomeError
from flux2cli.providers.reply_shape import reply_shape
from flux2cli.wire import Accepted, HttpFailure, HttpRequest, HttpResponse, Problem


def submit(context: JobContext, call: HttpRequest) -> Flow[Accepted]:
    """Submit a job; returns the accepted job or raises the error that it ends with.

    Sends the request again only when it certainly was not accepted. Any other end that is not a clear response is
    recorded as `unknown`.
    """
    attempt = 0
    while True:
        attempt += 1
        result = yield Send(call=call, paid=True)
        if isinstance(result, HttpFailure):
            pause, reason = (yield from _unsent(context, result, attempt)), result.message
        else:
            response = response_of(result)
            outcome = yield from _responded(context, call, response, attempt)
            if isinstance(outcome, Accepted):
                return outcome
            pause, reason = outcome, context.explain(response, call).message
        yield UpdateLedger(changes={"state": "not-sent"})
        yield Emit(event=events.Retrying(job_id=context.job_id, what="submit", reason=reason, wait=pause.seconds))
        yield pause
        yield UpdateLedger(changes={"state": "submitting"})


def _unsent(context: JobContext, failure: HttpFailure, attempt: int) -> Flow[Sleep]:
    """Handle a submit without a response: returns the wait until the next attempt, or raises the error."""
    if failure.sent == "yes":
        raise (yield from _lost(context, failure.message))
    wait = retry.after_unsent(failure, attempt, failure.at, context.jitter)
    left = context.left(failure.at)
    if wait is None or (left is not None and wait > left):
        error = NetworkError(
            f"{context.title} could not be reached: {failure.message}.",
            hint="nothing was sent; check the connection and the proxy settings, then run the command again",
            job_id=context.job_id,
        )
        yield settled("not-sent", error)
        raise error
    return Sleep(seconds=wait, submit=True, everyone=True)


def _lost(context: JobContext, reason: str, reply: str = "") -> Flow[UnknownOutcomeError]:
    """Record the job as `unknown`; returns the error about it."""
    error = UnknownOutcomeError(
        f"The reply to the submit was lost ({reason}): whether {context.title} accepted the job is not known.",
        hint=f"`flux2 jobs show {context.job_id}`; look at the provider's history before sending it again with "
        "--resubmit-unknown",
        job_id=context.job_id,
    )
    yield settled("unknown", error, reply)
    return error


def _responded(context: JobContext, call: HttpRequest, response: HttpResponse, attempt: int) -> Flow[Accepted | Sleep]:
    """Handle a submit's response: returns the accepted job or the wait until the next attempt, or raises the error."""
    if 200 <= response.status < 300:
        accepted = context.provider.accepted(response, context.endpoint, context.target)
        if accepted is None:
            problem = context.explain(response, call)
            detail = f"; {problem.message.rstrip('.')}" if problem.final or response.undecoded else ""
            reason = f"the reply ({response.status}) names no request id{detail}"
            raise (yield from _lost(context, reason, problem.reply))
        yield from _record_accepted(context, accepted, response)
        return accepted
    if response.status == 407:  # only a proxy asks for this login, and passes nothing on without it
        refused = HttpFailure(kind="connect", sent="no", message="the proxy wants a login (407)", at=response.at)
        return (yield from _unsent(context, refused, attempt))
    if response.status == 429 or context.provider.unseen(response):
        return (yield from _limited(context, context.explain(response, call), response, attempt))
    if retry.hides_outcome(response.status):
        return (yield from _look_up(context, response))
    problem = context.explain(response, call)
    error = error_of(problem, job_id=context.job_id)
    yield settled("rejected", error, problem.reply)
    raise error


def _record_accepted(context: JobContext, accepted: Accepted, response: HttpResponse) -> Flow[None]:
    changes: JobChanges = {
        "state": "submitted",
        "request_id": accepted.request_id,
        "follow": dict(accepted.follow),
        "error": None,
    }
    sandbox = response.from_sandbox
    if sandbox:
        changes["sandbox"] = True
    if accepted.reported_cost is not None:
        changes["cost"] = stated_cost(accepted.reported_cost, sandbox=sandbox)
    yield UpdateLedger(changes=changes)
    yield Emit(event=events.Submitted(job_id=context.job_id, request_id=accepted.request_id))
    for text in accepted.warnings:
        yield Emit(event=events.Warned(job_id=context.job_id, text=text))


def _limited(context: JobContext, problem: Problem, response: HttpResponse, attempt: int) -> Flow[Sleep]:
    """Handle a submit refused for now: returns the wait until the next attempt, or raises the error.

    A wait that the provider names applies to every submit of the run.
    """
    headers = dict(response.headers)
    if problem.wait is not None:
        headers.setdefault("retry-after", f"{problem.wait:g}")
    now = context.epoch + response.at
    wait = retry.after_limit(headers, attempt, context.left(response.at), now, context.jitter)
    if wait is None:
        error = RateLimitedError(
            problem.message,
            hint="nothing was accepted; run the command again later, or give it more time with --timeout",
            job_id=context.job_id,
        )
        yield settled("not-sent", error, problem.reply)
        raise error
    return Sleep(seconds=wait, submit=True, everyone=retry.retry_after(headers, now) is not None)


def _look_up(context: JobContext, response: HttpResponse) -> Flow[Accepted]:
    """Handle an error response that may hide an accepted job: look up the request id that it names, else `unknown`."""
    request_id = context.provider.named_request(response)
    if request_id is not None:
        # Recorded first: a run that is stopped between two look-ups must not leave the job as `not-sent`.
        yield UpdateLedger(changes={"state": "unknown"})
        follow = context.provider.lookup(context.endpoint, request_id)
        attempt = 0
        while True:
            attempt += 1
            found = yield Send(call=context.provider.poll(follow, context.target))
            if isinstance(found, HttpResponse) and context.provider.polled(found) is not None:
                accepted = Accepted(request_id=request_id, follow=follow)
                yield from _record_accepted(context, accepted, found)
                return accepted
            wait = retry.after_free("lookup", attempt, context.left_after(found), context.jitter)
            if wait is None:
                break
            yield Sleep(seconds=wait)
    raise (yield from _lost(context, f"the provider answered {response.status}", reply_shape(response)))
