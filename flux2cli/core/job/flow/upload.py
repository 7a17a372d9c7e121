"""The flow that uploads a local reference image, before there is a job. Its requests are free."""

from flux2cli import events
from flux2cli.core.job import retry
from flux2cli.core.job.flow.effects import Emit, Flow, FlowContext, Send, Sleep, error_of
from flux2cli.core.request.reference import Reference
from flux2cli.errors import NetworkError
from flux2cli.wire import HttpFailure, HttpRequest, HttpResponse


def upload(context: FlowContext, reference: Reference, *, notice: str | None = None) -> Flow[str]:
    """Upload the content of one image in the provider's two requests; returns its URL. NetworkError when that fails.

    `notice` is said before the image is sent to a provider; the sandbox is none.
    """
    media_type = reference.media_type or "application/octet-stream"
    call = context.provider.upload(reference.name, media_type, context.target)
    response = yield from _insist(context, call, reference)
    place = context.provider.uploaded(response, context.target)
    if place is None:
        raise _failed(context, reference, "the reply names no place for it")
    if notice and not response.from_sandbox:
        yield Emit(event=events.Noted(job_id=None, text=notice))
    put = context.provider.put(place, media_type, reference.data or b"")
    yield from _insist(context, put, reference)
    return place.file_url


def _insist(context: FlowContext, call: HttpRequest, reference: Reference) -> Flow[HttpResponse]:
    """Send a free request until its response is a success, or as often as `retry` allows."""
    attempt, reason = 0, ""
    while True:
        attempt += 1
        response = yield Send(call=call)
        if isinstance(response, HttpResponse) and 200 <= response.status < 300:
            return response
        if isinstance(response, HttpFailure):
            reason = response.message
            if retry.after_unsent(response, attempt, response.at, context.jitter) is None and response.sent == "no":
                break
        elif response is not None:
            problem = context.explain(response, call)
            reason = problem.message.rstrip(".")
            if not retry.is_temporary(response.status):
                raise error_of(problem)
        wait = retry.after_free("upload", attempt, context.left_after(response), context.jitter)
        if wait is None:
            break
        yield Emit(event=events.Retrying(job_id=None, what="upload", reason=reason, wait=wait))
        yield Sleep(seconds=wait)
    raise _failed(context, reference, reason)


def _failed(context: FlowContext, reference: Reference, reason: str) -> NetworkError:
    return NetworkError(
        f"`{reference.source}` could not be uploaded to {context.title}: {reason}.",
        hint="nothing was submitted; try again, or give the image by its address",
    )
