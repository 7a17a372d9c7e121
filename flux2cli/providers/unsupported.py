"""What some providers do not have: cancelling, a history, a place for files, an event stream. Import it from here."""

from collections.abc import Mapping

from flux2cli.wire import HistoryEntry, HttpRequest, HttpResponse, Target, UploadPlace


def stream(follow: Mapping[str, str], target: Target) -> HttpRequest | None:  # noqa: ARG001 - part of the protocol
    """None: there is no event stream."""
    return None


def cancel(follow: Mapping[str, str], target: Target) -> HttpRequest | None:  # noqa: ARG001 - part of the protocol
    """None: no such request is documented."""
    return None


def too_late(reply: HttpResponse) -> bool:  # noqa: ARG001 - part of the protocol
    """False: nothing can be cancelled here."""
    return False


def history(endpoint: str, since: str, target: Target) -> HttpRequest | None:  # noqa: ARG001 - part of the protocol
    """None: no list of requests is documented."""
    return None


def listed(reply: HttpResponse) -> tuple[HistoryEntry, ...] | None:  # noqa: ARG001 - part of the protocol
    """None: there is no list."""
    return None


def upload(name: str, media_type: str, target: Target) -> HttpRequest:
    """Never called where `UPLOADS` is False: images travel inside the request."""
    raise NotImplementedError


def uploaded(reply: HttpResponse, target: Target) -> UploadPlace | None:
    """Never called where `UPLOADS` is False."""
    raise NotImplementedError


def put(place: UploadPlace, media_type: str, data: bytes) -> HttpRequest:
    """Never called where `UPLOADS` is False."""
    raise NotImplementedError
