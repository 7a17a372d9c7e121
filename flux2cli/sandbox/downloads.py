"""Drawn images as downloads, the same for every provider: bytes, faults, and keys that have no business there."""

from flux2cli.sandbox.faults import Fault
from flux2cli.sandbox.http import Answer, HangUp, Incoming, as_html, as_json
from flux2cli.sandbox.job_store import EmulatedJob
from flux2cli.sandbox.pictures import Picture
from flux2cli.sandbox.state import KEY_HEADERS, Site

_DENIED = (
    '<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code><Message>'
    "Server failed to authenticate the request: the signature has expired or does not fit.</Message></Error>"
)


def note_key(site: Site, ask: Incoming) -> None:
    """Remember the path when anything like a key came along."""
    if any(name in ask.headers for name in KEY_HEADERS):
        site.leaks.append(ask.path)


def serve(site: Site, ask: Incoming, job: EmulatedJob | None, picture: Picture) -> Answer:
    """The image's bytes, or what the job's fault makes of them."""
    whole = Answer(
        headers={"Content-Type": picture.media_type, "Cache-Control": "max-age=31536000"},
        body=site.pictures.get(picture),
    )
    fault = site.fault(ask, "download", job)
    return whole if fault is None else spoilt(whole, fault)


def spoilt(whole: Answer, fault: Fault) -> Answer:
    """What a fault makes of a download."""
    match fault.kind.name:
        case "broken-download":
            half = whole.body[: len(whole.body) // 2]
            return Answer(headers=whole.headers, body=half, length=len(whole.body))
        case "html-download":
            return as_html("Sign in to the network")
        case "missing-download":
            return missing()
        case "expired-download":
            return denied()
        case "download-500":
            return as_html("500 Internal Server Error", 500)
    raise HangUp


def missing() -> Answer:
    """There is no such image."""
    return as_json({"detail": "Not Found"}, 404)


def denied() -> Answer:
    """The signed address has expired or was changed: 403 in the words of a blob store."""
    return Answer(status=403, headers={"Content-Type": "application/xml"}, body=_DENIED.encode())
