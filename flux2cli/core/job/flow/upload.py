"""A local reference image on its way to the provider, before the job exists. Free, so it is tried again."""

from collections.abc import Generator

from flux2cli import events
from flux2cli.core.job import retry
from flux2cli.core.job.flow.effects import Answer, Emit, JobContext, Send, Sleep, Step, error_of
from flux2cli.core.request.reference import Reference
from flux2cli.errors import NetworkError
from flux2cli.wire import HttpFailure, HttpRequest, HttpResponse

_TRIES = 5


def upload(task: JobContext, reference: Reference, data: bytes) -> Generator[Step, Answer, str]:
    """Upload one image in the provider's two calls; its address. Nothing is recorded: no job exists yet."""
    call = task.provider.upload(reference.name, reference.media_type or "application/octet-stream", task.target)
    reply = yield from _insist(task, call, reference)
    place = task.provider.uploaded(reply, task.target)
    if place is None:
        raise _failed(task, reference, "the reply names no place for it")
    put = task.provider.put(place, reference.media_type or "application/octet-stream", data)
    yield from _insist(task, put, reference)
    return place.file_url


def _insist(task: JobContext, call: HttpRequest, reference: Reference) -> Generator[Step, Answer, HttpResponse]:
    """Send a free request until it is answered with success, or often enough."""
    attempt, reason = 0, ""
    while attempt < _TRIES:
        attempt += 1
        answer = yield Send(call=call)
        if isinstance(answer, HttpResponse) and 200 <= answer.status < 300:
            return answer
        if isinstance(answer, HttpFailure):
            reason = answer.message
            if retry.after_unsent(answer, attempt, answer.at, task.jitter) is None and answer.sent == "no":
                break
        elif answer is not None:
            problem = task.provider.explain(answer)
            reason = problem.message.rstrip(".")
            if answer.status < 500 and answer.status not in (408, 429):
                raise error_of(problem, task, None)
        wait = retry.backoff(attempt, task.jitter)
        if attempt < _TRIES:
            yield Emit(event=events.Retrying(job_id=task.job_id, what="upload", reason=reason, wait=wait))
            yield Sleep(seconds=wait)
    raise _failed(task, reference, reason)


def _failed(task: JobContext, reference: Reference, reason: str) -> NetworkError:
    return NetworkError(
        f"`{reference.source}` could not be uploaded to {task.title}: {reason}.",
        hint="nothing was submitted; try again, or give the image by its address",
    )
