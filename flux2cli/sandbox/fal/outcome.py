"""How a job ends: fal's output for the model's family, or the error it ended with. Follows from the job alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flux2cli.catalog import AUTO, PRESETS, Route
from flux2cli.core.money import cost
from flux2cli.providers.registry import by_endpoint
from flux2cli.sandbox.fal import validation
from flux2cli.sandbox.input_images import Found, looked_at, one_megapixel
from flux2cli.sandbox.job_store import EmulatedJob, stand
from flux2cli.sandbox.pictures import Picture
from flux2cli.sandbox.state import Site

CLOSED = ("pro", "flex", "max")
"""Variants that answer `images` and `seed` only (fal's schema)."""

IMAGE_PATH = r"/cdn/files/b/(?P<id>[0-9a-f-]{36})/(?P<index>\d{1,2})\.(?P<suffix>\w+)"
"""Where a job's images lie."""

FILE_PATH = r"/cdn/files/u/(?P<id>[0-9a-f-]{36})/(?P<name>[^/]+)"
"""Where uploaded files lie."""

_MOST_PIXELS = 16 * 1024 * 1024
_SHOWN = 200
_LOAD_ERROR = "Failed to load the image. Please ensure the image file is not corrupted and is in a supported format."
_DOWNLOAD_ERROR = "Failed to download the file. Please check if the URL is accessible and try again."
_POLICY = "The content could not be processed because it contained material flagged by a content checker."


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The error that a job ended with: what the result request answers, and what the status says about it."""

    status: int
    body: Mapping[str, Any]
    error: str
    error_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a job draws, and the sizes of its references as far as they are known."""

    pictures: tuple[Picture, ...]
    inputs: tuple[tuple[int, int] | None, ...] = ()
    whole: Mapping[str, Any] = field(default_factory=dict)


def route_of(job: EmulatedJob) -> Route:
    """The catalogue's row of the job's endpoint. LookupError when this version does not have it any more."""
    route = by_endpoint("fal", job.endpoint)
    if route is None:
        raise LookupError(job.endpoint)
    return route


def find_job(site: Site, job_id: str) -> EmulatedJob | None:
    """The job with this id; None also for one whose endpoint this version does not have any more."""
    job = site.jobs.get(job_id)
    return job if job is not None and job.protocol == "fal" and by_endpoint("fal", job.endpoint) else None


def plan(site: Site, job: EmulatedJob, now: float) -> Plan | Ending:
    """What the job gives, or how it fails."""
    route = route_of(job)
    whole = validation.complete(route, job.body)
    if isinstance(whole, list):
        return _refused(whole)
    early = _faulted(job, now)
    if early is not None:
        return early
    found = [(place, address, site.look(address)) for place, address in validation.references(route, whole)]
    for place, address, reference in found:
        if reference.kind != "image":
            return _unreadable(place, address, reference)
    inputs = tuple(reference.size for _, _, reference in found)
    if route.mode == "outpaint":
        width, height = _extended(whole, inputs)
    else:
        width, height = _size(whole.get("image_size"), inputs)
    if width * height > _MOST_PIXELS:
        return _too_large(whole)
    return Plan(pictures=_pictures(job, whole, width, height), inputs=inputs, whole=whole)


def _pictures(job: EmulatedJob, whole: Mapping[str, Any], width: int, height: int) -> tuple[Picture, ...]:
    return tuple(
        Picture(
            prompt=str(whole.get("prompt", "")),
            seed=job.seed + index,
            width=width,
            height=height,
            format=str(whole.get("output_format") or "png"),
            black=job.ends("black"),
        )
        for index in range(int(whole.get("num_images") or 1))
    )


def _size(asked: object, inputs: tuple[tuple[int, int] | None, ...]) -> tuple[int, int]:
    """Pixels of an image. Where the model decides: the first reference's shape at one megapixel, else a square."""
    if isinstance(asked, Mapping):
        return int(asked["width"]), int(asked["height"])
    if isinstance(asked, str) and asked != AUTO:
        return PRESETS[asked]
    first = inputs[0] if inputs else None
    return one_megapixel(first) if first else (1024, 1024)


def _extended(whole: Mapping[str, Any], inputs: tuple[tuple[int, int] | None, ...]) -> tuple[int, int]:
    """The canvas of an outpaint: the image, taken for a square where it is not here, and what is added on each side."""
    width, height = (inputs[0] if inputs else None) or (1024, 1024)
    return width + whole["expand_left"] + whole["expand_right"], height + whole["expand_top"] + whole["expand_bottom"]


def find(site: Site, path: str) -> Found | None:
    """What lies at a path of fal's CDN; None for a path of another form."""
    drawn, stored = re.fullmatch(IMAGE_PATH, path), re.fullmatch(FILE_PATH, path)
    if not drawn and not stored:
        return None
    if drawn:
        picture = find_picture(site, drawn["id"], int(drawn["index"]), drawn["suffix"])
        return Found(kind="image", size=(picture.width, picture.height)) if picture else Found(kind="missing")
    upload = site.uploads.find(stored["id"]) if stored else None
    data = site.uploads.read(upload) if upload else None
    return Found(kind="missing") if data is None else looked_at(data)


def find_picture(site: Site, job_id: str, index: int, suffix: str) -> Picture | None:
    """One image of a finished job, None when there is none."""
    job, now = find_job(site, job_id), site.clock()
    if job is None or stand(job, now).state != "done":
        return None
    made = plan(site, job, now)
    if isinstance(made, Ending) or index >= len(made.pictures) or made.pictures[index].suffix != suffix:
        return None
    return made.pictures[index]


def output(site: Site, job: EmulatedJob, made: Plan, base: str) -> dict[str, Any]:
    """The model's output, with addresses under `base`. Draws the images."""
    inline_result = bool(made.whole.get("sync_mode"))
    images = [
        _image(site, job, index, picture, base, inline_result=inline_result)
        for index, picture in enumerate(made.pictures)
    ]
    route = route_of(job)
    if route.mode == "outpaint":
        return {"images": images}
    if route.variant in CLOSED:
        return {"images": images, "seed": job.seed}
    prompt = str(made.whole.get("prompt", ""))
    return {
        "images": images,
        "timings": {"inference": round(job.running, 4)},
        "seed": job.seed,
        "has_nsfw_concepts": [picture.black for picture in made.pictures],
        "prompt": f"{prompt}, in rich detail" if made.whole.get("enable_prompt_expansion") else prompt,
    }


def _image(
    site: Site, job: EmulatedJob, index: int, picture: Picture, base: str, *, inline_result: bool
) -> dict[str, Any]:
    data = site.pictures.get(picture)
    if inline_result:
        from base64 import b64encode

        url = f"data:{picture.media_type};base64,{b64encode(data).decode()}"
    else:
        url = f"{base}/cdn/files/b/{job.id}/{index}.{picture.suffix}"
    return {
        "url": url,
        "content_type": picture.media_type,
        "file_name": f"{index}.{picture.suffix}",
        "file_size": len(data),
        "width": picture.width,
        "height": picture.height,
    }


def billable_units(job: EmulatedJob, made: Plan) -> str:
    """Units as the pricing API counts them: the cost in prices of a first megapixel; megapixels without a price."""
    outputs = [(picture.width, picture.height) for picture in made.pictures]
    route = route_of(job)
    estimate = cost.estimate(route, outputs=outputs, inputs=made.inputs)
    if estimate.low is None or route.price is None:
        return str(sum(cost.megapixels(size) for size in outputs))
    return f"{(estimate.low / route.price.first).quantize(Decimal('0.01')).normalize():f}"


def _faulted(job: EmulatedJob, now: float) -> Ending | None:
    if job.cancelled_at is not None and job.cancelled_at <= now and job.cancelled_at <= job.ended_at:
        return _request_error(499, "Request was cancelled by the client.", "client_cancelled")
    if job.ends("failed"):
        return _request_error(500, "The runner failed to process the request.", "runner_server_error")
    if job.ends("moderated"):
        return _refused(
            [validation.detail(["body", "prompt"], _POLICY, "content_policy_violation", job.body.get("prompt"))]
        )
    if job.ends("422-late"):
        return _refused([{"loc": ["body", "prompt"], "msg": "Field required", "type": "missing", "input": {}}])
    return None


def _request_error(status: int, text: str, kind: str) -> Ending:
    return Ending(status=status, body={"detail": text, "error_type": kind}, error=text, error_type=kind)


def _refused(details: list[dict[str, object]]) -> Ending:
    return Ending(status=422, body={"detail": details}, error=str(details[0]["msg"]), error_type="bad_request")


def _unreadable(place: list[object], address: str, reference: Found) -> Ending:
    shown = address if len(address) <= _SHOWN else address[:_SHOWN] + "..."
    if reference.kind == "missing":
        return _refused([validation.detail(place, _DOWNLOAD_ERROR, "file_download_error", shown)])
    return _refused([validation.detail(place, _LOAD_ERROR, "image_load_error", shown)])


def _too_large(whole: Mapping[str, Any]) -> Ending:
    text = "Image is too large. Please use an image with at most 4096x4096 pixels."
    ctx = {"max_width": 4096, "max_height": 4096}
    return _refused([validation.detail(["body", "image_size"], text, "image_too_large", whole["image_size"], ctx)])
