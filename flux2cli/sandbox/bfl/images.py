"""Images of Black Forest Labs: signed URLs that work for ten minutes after the poll that made them."""

import hashlib
import hmac
import math
import re

from flux2cli.sandbox import downloads
from flux2cli.sandbox.bfl.outcomes import finished
from flux2cli.sandbox.http import ServerRequest, ServerResponse
from flux2cli.sandbox.input_images import InputImage
from flux2cli.sandbox.job_store import EmulatedJob
from flux2cli.sandbox.pictures import Picture
from flux2cli.sandbox.state import SandboxState

PATH = r"/cdn/bfl/(?P<id>[0-9a-f-]{36})/sample\.(?P<suffix>\w+)"

_LIFETIME_SECONDS = 600
"""How long `result.sample` can be downloaded (BFL's documentation)."""


def image_url(job: EmulatedJob, picture: Picture, base: str, now: float) -> str:
    """A newly signed URL of the job's image."""
    expires = str(math.ceil(now + _LIFETIME_SECONDS))
    return f"{base}/cdn/bfl/{job.id}/sample.{picture.suffix}?se={expires}&sig={_signature(job.id, expires)}"


def _signature(job_id: str, expires: str) -> str:
    """Ties the expiry to the job. It depends on both alone, so that a restarted server accepts it."""
    return hashlib.sha256(f"flux2 sandbox {job_id} {expires}".encode()).hexdigest()[:24]


def _is_valid(state: SandboxState, request: ServerRequest) -> bool:
    expires, signature = request.parameter("se"), request.parameter("sig")
    fits = hmac.compare_digest(signature.encode(), _signature(request.parts["id"], expires).encode())
    return fits and state.clock() < int(expires)


def _picture(state: SandboxState, job_id: str, suffix: str) -> tuple[EmulatedJob, Picture] | None:
    found = finished(state, job_id)
    return (found[0], found[1].picture) if found and found[1].picture.suffix == suffix else None


def download(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """The image at a signed URL."""
    state.record_leak(request)
    if not _is_valid(state, request):
        return downloads.access_denied()
    found = _picture(state, request.parts["id"], request.parts["suffix"])
    return downloads.serve_image(state, request, *found) if found else downloads.no_image()


def find_image(state: SandboxState, path: str) -> InputImage | None:
    """The image at a path, whether its URL has expired or not; None for a path of another form."""
    parts = re.fullmatch(PATH, path)
    if parts is None:
        return None
    found = _picture(state, parts["id"], parts["suffix"])
    return state.drawn(found[1]) if found else InputImage(kind="missing")
