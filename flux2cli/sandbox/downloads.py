"""Downloads of drawn images, the same for every provider: the file, the faults of a download, keys sent by mistake."""

from flux2cli.sandbox.faults import Fault
from flux2cli.sandbox.http import HangUp, ServerRequest, ServerResponse, html_response, json_response
from flux2cli.sandbox.job_store import EmulatedJob
from flux2cli.sandbox.pictures import Picture
from flux2cli.sandbox.state import SandboxState

_DENIED = (
    '<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code><Message>'
    "Server failed to authenticate the request: the signature has expired or does not fit.</Message></Error>"
)


def serve_image(
    state: SandboxState, request: ServerRequest, job: EmulatedJob | None, picture: Picture
) -> ServerResponse:
    """The image's file, or what the job's fault makes of it."""
    response = ServerResponse(
        headers={"Content-Type": picture.media_type, "Cache-Control": "max-age=31536000"},
        body=state.pictures.get(picture),
    )
    fault = state.fault(request, "download", job)
    return response if fault is None else _with_fault(response, fault)


def _with_fault(response: ServerResponse, fault: Fault) -> ServerResponse:
    match fault.kind.name:
        case "broken-download":
            half = response.body[: len(response.body) // 2]
            return ServerResponse(headers=response.headers, body=half, length=len(response.body))
        case "html-download":
            return html_response("Sign in to the network")
        case "missing-download":
            return no_image()
        case "expired-download":
            return access_denied()
        case "download-500":
            return html_response("500 Internal Server Error", 500)
    raise HangUp


def no_image() -> ServerResponse:
    """404: there is no such image."""
    return json_response({"detail": "Not Found"}, 404)


def access_denied() -> ServerResponse:
    """403 as a blob store sends it: the signed URL has expired or was changed."""
    return ServerResponse(status=403, headers={"Content-Type": "application/xml"}, body=_DENIED.encode())
