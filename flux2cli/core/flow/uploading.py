"""A local reference image on its way to the provider, before the job exists. Free, so it is tried again."""

from collections.abc import Generator

from flux2cli import events
from flux2cli.core import retry
from flux2cli.core.flow.steps import Answer, Note, Send, Step, Task, Wait, error_of
from flux2cli.core.references import Reference
from flux2cli.errors import NetworkError
from flux2cli.providers.wire import Call, Failure, Reply

_TRIES = 5


def upload(task: Task, reference: Reference, data: bytes) -> Generator[Step, Answer, str]:
    """Upload one image in the provider's two calls; its address. Nothing is recorded: no job exists yet."""
    call = task.provider.upload(reference.name, reference.media_type or "application/octet-stream", task.target)
    reply = yield from _insist(task, call, reference)
    place = task.provider.uploaded(reply, task.target)
    if place is None:
        raise _failed(task, reference, "the reply names no place for it")
    put = task.provider.put(place, reference.media_type or "application/octet-stream", data)
    yield from _insist(task, put, reference)
    return place.file_url


def _insist(task: Task, call: Call, reference: Reference) -> Generator[Step, Answer, Reply]:
    """Send a free request until it is answered with success, or often enough."""
    attempt, reason = 0, ""
    while attempt < _TRIES:
        attempt += 1
        answer = yield Send(call=call)
        if isinstance(answer, Reply) and 200 <= answer.status < 300:
            return answer
        if isinstance(answer, Failure):
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
            yield Note(event=events.Retrying(job_id=task.job_id, what="upload", reason=reason, wait=wait))
            yield Wait(seconds=wait)
    raise _failed(task, reference, reason)


def _failed(task: Task, reference: Reference, reason: str) -> NetworkError:
    return NetworkError(
        f"`{reference.source}` could not be uploaded to {task.provider.TITLE}: {reason}.",
        hint="nothing was submitted; try again, or give the image by its address",
    )
