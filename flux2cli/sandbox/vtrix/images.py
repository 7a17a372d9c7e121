"""Images of Vtrix: public URLs on a CDN."""

import re

from flux2cli.sandbox import downloads
from flux2cli.sandbox.http import ServerRequest, ServerResponse
from flux2cli.sandbox.input_images import InputImage
from flux2cli.sandbox.job_store import EmulatedJob
from flux2cli.sandbox.pictures import Picture
from flux2cli.sandbox.state import SandboxState
from flux2cli.sandbox.vtrix.outcomes import finished, task_id

PATH = r"/cdn/vtrix/(?P<id>[a-z2-7]{26})\.(?P<suffix>\w+)"


def image_url(job: EmulatedJob, picture: Picture, base: str) -> str:
    """The URL of the job's image."""
    return f"{base}/cdn/vtrix/{task_id(job)}.{picture.suffix}"


def _picture(state: SandboxState, job_id: str, suffix: str) -> tuple[EmulatedJob, Picture] | None:
    found = finished(state, job_id)
    return (found[0], found[1].picture) if found and found[1].picture.suffix == suffix else None


def download(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """The image at a URL."""
    state.record_leak(request)
    found = _picture(state, request.parts["id"], request.parts["suffix"])
    return downloads.serve_image(state, request, *found) if found else downloads.no_image()


def find_image(state: SandboxState, path: str) -> InputImage | None:
    """The image at a path; None for a path of another form."""
    parts = re.fullmatch(PATH, path)
    if parts is None:
        return None
    found = _picture(state, parts["id"], parts["suffix"])
    return state.drawn(found[1]) if found else InputImage(kind="missing")
