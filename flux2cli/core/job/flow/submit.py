"""The paid request: sent until its outcome is certain, and never again when it is not."""

from collections.abc import Generator

from flux2cli import events
from flux2cli.core.job import retry
from flux2cli.core.job.flow.effects import (
    Answer,
    Emit,
    JobContext,
    Send,
    Sleep,
    Step,
    UpdateLedger,
    error_of,
    reply_of,
    settled,
)
from flux2cli.core.money.cost import stated_cost
from flux2cli.errors import NetworkError, RateLimitedError, UnknownOutcomeError
from flux2cli.wire import Accepted, HttpFailure, HttpRequest, HttpResponse

_LOOKUPS = 3
"""How often a request id that an error reply named is looked up."""


def submit(task: JobContext, call: HttpRequest) -> Generator[Step, Answer, Accepted]:
    """Send the paid request until its outcome is certain; the accepted job, or the error that its end means.

    Repeats only what certainly was not accepted. Everything else that is not a clear answer is recorded `unknown`.
    """
    attempt = 0
    while True:
        attempt += 1
        answer = yield Send(call=call, paid=True)
        if isinstance(answer, HttpFailure):
            pause, reason = (yield from _unsent(task, answer, attempt)), answer.message
        else:
            outcome = yield from _answered(task, reply_of(answer), attempt)
            if isinstance(outcome, Accepted):
                return outcome
            pause, reason = outcome, task.provider.explain(reply_of(answer)).message
        yield UpdateLedger(changes={"state": "not-sent"})
        yield Emit(event=events.Retrying(job_id=task.job_id, what="submit", reason=reason, wait=pause.seconds))
        yield pause
        yield UpdateLedger(changes={"state": "submitting"})


def _unsent(task: JobContext, failure: HttpFailure, attempt: int) -> Generator[Step, Answer, Sleep]:
    """The submit got no reply: the wait until the next attempt, or the error."""
    if failure.sent == "yes":
        raise (yield from _lost(task, failure.message))
    wait = retry.after_unsent(failure, attempt, failure.at, task.jitter)
    left = task.left(failure.at)
    if wait is None or (left is not None and wait > left):
        error = NetworkError(
            f"{task.title} could not be reached: {failure.message}.",
            hint="nothing was sent; check the connection and the proxy settings, then run the command again",
            job_id=task.job_id,
        )
        yield settled("not-sent", error)
        raise error
    return Sleep(seconds=wait, submit=True, everyone=True)


def _lost(task: JobContext, reason: str) -> Generator[Step, Answer, UnknownOutcomeError]:
    error = UnknownOutcomeError(
        f"The reply to the submit was lost ({reason}): whether {task.title} accepted the job is not known.",
        hint=f"`flux2 jobs show {task.job_id}`; look at the provider's history before sending it again with "
        "--resubmit-unknown",
        job_id=task.job_id,
    )
    yield settled("unknown", error)
    return error


def _answered(task: JobContext, reply: HttpResponse, attempt: int) -> Generator[Step, Answer, Accepted | Sleep]:
    """The submit was answered: the accepted job, the wait until the next attempt, or the error."""
    if 200 <= reply.status < 300:
        accepted = task.provider.accepted(reply, task.endpoint, task.target)
        if accepted is None:
            problem = task.provider.explain(reply)
            said = f"; {problem.message.rstrip('.')}" if problem.final else ""
            raise (yield from _lost(task, f"the reply ({reply.status}) names no request id{said}"))
        yield from _record_accepted(task, accepted, reply)
        return accepted
    if reply.status == 429 or task.provider.unseen(reply):
        return (yield from _limited(task, reply, attempt))
    if reply.status >= 500 or reply.status == 408:
        return (yield from _look_up(task, reply))
    error = error_of(task.provider.explain(reply), task, None)
    yield settled("rejected", error)
    raise error


def _record_accepted(task: JobContext, accepted: Accepted, reply: HttpResponse) -> Generator[Step, Answer, None]:
    changes: dict[str, object] = {
        "state": "submitted",
        "request_id": accepted.request_id,
        "follow": dict(accepted.follow),
        "error": None,
    }
    sandbox = "x-flux2-sandbox" in reply.headers
    if sandbox:
        changes["sandbox"] = True
    if accepted.reported_cost is not None:
        changes["cost"] = stated_cost(accepted.reported_cost, sandbox=sandbox)
    yield UpdateLedger(changes=changes)
    yield Emit(event=events.Submitted(job_id=task.job_id, request_id=accepted.request_id))
    for text in accepted.warnings:
        yield Emit(event=events.Warned(job_id=task.job_id, text=text))


def _limited(task: JobContext, reply: HttpResponse, attempt: int) -> Generator[Step, Answer, Sleep]:
    """The provider said "not now": the wait until the next attempt, or the error. A time that it named is for all."""
    problem, headers = task.provider.explain(reply), dict(reply.headers)
    if problem.wait is not None:
        headers.setdefault("retry-after", f"{problem.wait:g}")
    wait = retry.after_limit(headers, attempt, task.left(reply.at), task.epoch + reply.at, task.jitter)
    if wait is None:
        error = RateLimitedError(
            problem.message,
            hint="nothing was accepted; run the command again later, or give it more time with --timeout",
            job_id=task.job_id,
        )
        yield settled("not-sent", error)
        raise error
    return Sleep(seconds=wait, submit=True, everyone=retry.retry_after(headers, task.epoch + reply.at) is not None)


def _look_up(task: JobContext, reply: HttpResponse) -> Generator[Step, Answer, Accepted]:
    """An error that may hide an accepted job: look for the request id it names, else it is unknown."""
    request_id = task.provider.named_request(reply)
    if request_id is not None:
        # On record first: whoever stops this run between two looks must not take the job for one that was never sent.
        yield UpdateLedger(changes={"state": "unknown"})
        follow = task.provider.lookup(task.endpoint, request_id)
        for attempt in range(1, _LOOKUPS + 1):
            answer = yield Send(call=task.provider.poll(follow, task.target))
            if isinstance(answer, HttpResponse) and task.provider.polled(answer) is not None:
                accepted = Accepted(request_id=request_id, follow=follow)
                yield from _record_accepted(task, accepted, answer)
                return accepted
            yield Sleep(seconds=retry.backoff(attempt, task.jitter))
    raise (yield from _lost(task, f"the provider answered {reply.status}"))
