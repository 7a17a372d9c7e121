"""fal's CDN: drawn images and uploaded files at public URLs."""

import re

from flux2cli.sandbox import downloads
from flux2cli.sandbox.fal.errors import error_response, record_leaked_key
from flux2cli.sandbox.fal.outcomes import finished
from flux2cli.sandbox.http import ServerRequest, ServerResponse
from flux2cli.sandbox.input_images import InputImage, inspect_image
from flux2cli.sandbox.job_store import EmulatedJob
from flux2cli.sandbox.pictures import Picture
from flux2cli.sandbox.state import SandboxState

PATH = r"/cdn/files/b/(?P<id>[0-9a-f-]{36})/(?P<index>\d{1,2})\.(?P<suffix>\w+)"
"""The path of the images that jobs draw."""

FILE_PATH = r"/cdn/files/u/(?P<id>[0-9a-f-]{36})/(?P<name>[^/]+)"
"""The path of uploaded files."""


def image_url(job: EmulatedJob, index: int, picture: Picture, base: str) -> str:
    """The URL of one of the job's images."""
    return f"{base}/cdn/files/b/{job.id}/{index}.{picture.suffix}"


def _picture(state: SandboxState, job_id: str, index: int, suffix: str) -> tuple[EmulatedJob, Picture] | None:
    found = finished(state, job_id)
    if found is None or index >= len(found[1].pictures) or found[1].pictures[index].suffix != suffix:
        return None
    return found[0], found[1].pictures[index]


def download(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """The image at a URL."""
    state.record_leak(request)
    found = _picture(state, request.parts["id"], int(request.parts["index"]), request.parts["suffix"])
    return downloads.serve_image(state, request, *found) if found else downloads.no_image()


def download_file(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """The uploaded file at a URL."""
    record_leaked_key(state, request)
    upload = state.uploads.find(request.parts["id"])
    data = state.uploads.read(upload) if upload else None
    if upload is None or data is None:
        return error_response(404, "Not Found")
    return ServerResponse(headers={"Content-Type": upload.media_type}, body=data)


def find_image(state: SandboxState, path: str) -> InputImage | None:
    """The image or file at a path; None for a path of another form."""
    drawn, stored = re.fullmatch(PATH, path), re.fullmatch(FILE_PATH, path)
    if drawn:
        found = _picture(state, drawn["id"], int(drawn["index"]), drawn["suffix"])
        return state.drawn(found[1]) if found else InputImage(kind="missing")
    if stored:
        upload = state.uploads.find(stored["id"])
        data = state.uploads.read(upload) if upload else None
        return InputImage(kind="missing") if data is None else inspect_image(data)
    return None
