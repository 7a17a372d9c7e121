"""How a job of fal ends: the images that it draws and their price, or its error."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flux2cli.catalog import AUTO, PRESETS, Route
from flux2cli.catalog.pricing import megapixels, planned_outputs, price_bounds
from flux2cli.catalog.sizes import Pixels, Size
from flux2cli.sandbox.fal.errors import ErrorDetail, app_of, missing_field, model_error, no_path
from flux2cli.sandbox.fal.input_schema import complete_input, reference_urls
from flux2cli.sandbox.input_images import InputImage, one_megapixel, shown_reference, within_one_megapixel
from flux2cli.sandbox.job_store import EmulatedJob, phase_at
from flux2cli.sandbox.pictures import DrawingPlan, Picture, PlacedReference
from flux2cli.sandbox.state import SandboxState

NAME = "fal"

_MOST_PIXELS = 16 * 1024 * 1024
_SQUARE = (1024, 1024)
_SHOWN_CHARACTERS = 200
_LOAD_ERROR = "Failed to load the image. Please ensure the image file is not corrupted and is in a supported format."
_DOWNLOAD_ERROR = "Failed to download the file. Please check if the URL is accessible and try again."
_POLICY = "The content could not be processed because it contained material flagged by a content checker."


@dataclass(frozen=True, slots=True, kw_only=True)
class FalFailure:
    """The error that a job ended with: HTTP status and body of the result request, and what the job's status says.

    The status of a job whose path does not exist says nothing.
    """

    status: int
    body: Mapping[str, Any]
    error: str | None = None
    error_type: str | None = None


def route_in_app(state: SandboxState, endpoint: str) -> Route | None:
    """The endpoint's route, else any of the same owner and app; None when the catalogue has none."""
    app = app_of(endpoint)
    others = (route for route in state.routes if route.provider == NAME and app_of(route.endpoint) == app)
    return state.route(NAME, endpoint) or next(others, None)


def route_of(state: SandboxState, job: EmulatedJob) -> Route:
    """The route of the job. LookupError when the catalogue does not have it any more."""
    route = state.route(NAME, job.endpoint)
    if route is None:
        raise LookupError(job.endpoint)
    return route


def find_job(state: SandboxState, job_id: str) -> EmulatedJob | None:
    """The job with this id; None also when the catalogue has nothing of its app any more."""
    job = state.jobs.get(job_id)
    return job if job is not None and job.protocol == NAME and route_in_app(state, job.endpoint) else None


def outcome(state: SandboxState, job: EmulatedJob) -> DrawingPlan | FalFailure:
    """What the job draws, or how it fails."""
    route = state.route(NAME, job.endpoint)
    if route is None:
        return FalFailure(status=404, body={"detail": no_path(job.endpoint)})
    fields = complete_input(route, job.body)
    if isinstance(fields, list):
        return _refused(fields)
    failure = _injected_failure(job, state.clock())
    if failure is not None:
        return failure
    images = [(place, url, state.look_up(url)) for place, url in reference_urls(route, fields)]
    for place, url, image in images:
        if image.kind != "image":
            return _unreadable(place, url, image)
    inputs = tuple(image.size for _, _, image in images)
    if route.mode == "outpaint":
        width, height = _outpainted_size(fields, inputs)
    else:
        width, height = _output_size(route, fields.get("image_size"), inputs)
    if width * height > _MOST_PIXELS:
        return _too_large(fields)
    pictures = _pictures(job, route, fields, (width, height), [(url, image) for _, url, image in images])
    return DrawingPlan(pictures=pictures, inputs=inputs, fields=fields)


def finished(state: SandboxState, job_id: str) -> tuple[EmulatedJob, DrawingPlan] | None:
    """A job that has ended with images, and what it drew; None for other jobs."""
    job = find_job(state, job_id)
    if job is None or phase_at(job, state.clock()).name != "done":
        return None
    plan = outcome(state, job)
    return (job, plan) if isinstance(plan, DrawingPlan) else None


def least_price(route: Route, fields: Mapping[str, Any]) -> Decimal:
    """The least that an input can cost, in US dollars, which a submit is charged; 0 without a known price."""
    size = fields.get("image_size")
    values = {
        "size": Size(size["width"], size["height"]) if isinstance(size, Mapping) else size,
        "num": fields.get("num_images", 1),
    }
    inputs = [None] * len(reference_urls(route, fields))
    bounds = price_bounds(route, outputs=planned_outputs(route, values), inputs=inputs)
    return bounds[0] if bounds else Decimal(0)


def billable_units(state: SandboxState, job: EmulatedJob, plan: DrawingPlan) -> str:
    """The price in units of a first megapixel's, as fal's pricing API counts; megapixels without a known price."""
    route, outputs = route_of(state, job), [picture.size for picture in plan.pictures]
    bounds = price_bounds(route, outputs=outputs, inputs=plan.inputs)
    if bounds is None or route.price is None:
        return str(sum(megapixels(size) for size in outputs))
    return f"{(bounds[0] / route.price.first).quantize(Decimal('0.01')).normalize():f}"


def _pictures(
    job: EmulatedJob, route: Route, fields: Mapping[str, Any], size: Pixels, images: Sequence[tuple[str, InputImage]]
) -> tuple[Picture, ...]:
    extends = route.mode == "outpaint"
    first = Picture(
        prompt=str(fields.get("prompt", "")),
        seed=job.seed,
        width=size[0],
        height=size[1],
        format=str(fields.get("output_format") or "png"),
        count=int(fields.get("num_images") or 1),
        shows_seed=not extends,
        variant=route.variant,
        references=() if extends else tuple(shown_reference(url, image) for url, image in images),
        source=_source(fields, *images[0]) if extends else None,
        black=job.has_fault("black"),
    )
    return tuple(replace(first, index=index) for index in range(first.count))


def _source(fields: Mapping[str, Any], url: str, image: InputImage) -> PlacedReference:
    width, height = image.size or _SQUARE
    left, top = fields["expand_left"], fields["expand_top"]
    return PlacedReference(reference=shown_reference(url, image), left=left, top=top, width=width, height=height)


def _output_size(route: Route, size: object, inputs: tuple[Pixels | None, ...]) -> Pixels:
    """The requested size. Where the model decides: the shape of the first reference at one megapixel, else a square.

    How klein rounds is known from probes of klein/4b/distilled/edit of 2026-08-31, and assumed for its other endpoints.
    """
    if isinstance(size, Mapping):
        return int(size["width"]), int(size["height"])
    if isinstance(size, str) and size != AUTO:
        return PRESETS[size]
    first = inputs[0] if inputs else None
    if first is None:
        return _SQUARE
    return within_one_megapixel(first) if route.variant == "klein" else one_megapixel(first)


def _outpainted_size(fields: Mapping[str, Any], inputs: tuple[Pixels | None, ...]) -> Pixels:
    """The size of the image (a square where it is not known) and what is added on each side."""
    width, height = (inputs[0] if inputs else None) or _SQUARE
    return (
        width + fields["expand_left"] + fields["expand_right"],
        height + fields["expand_top"] + fields["expand_bottom"],
    )


def _injected_failure(job: EmulatedJob, now: float) -> FalFailure | None:
    if job.cancelled_at is not None and job.cancelled_at <= now and job.cancelled_at <= job.ended_at:
        return _request_error(499, "Request was cancelled by the client.", "client_cancelled")
    if job.has_fault("failed"):
        return _request_error(500, "The runner failed to process the request.", "runner_server_error")
    if job.has_fault("moderated"):
        return _refused([model_error(["body", "prompt"], _POLICY, "content_policy_violation", job.body.get("prompt"))])
    if job.has_fault("422-late"):
        return _refused([missing_field(["body", "prompt"], {})])
    return None


def _request_error(status: int, text: str, kind: str) -> FalFailure:
    return FalFailure(status=status, body={"detail": text, "error_type": kind}, error=text, error_type=kind)


def _refused(details: list[ErrorDetail]) -> FalFailure:
    return FalFailure(status=422, body={"detail": details}, error=str(details[0]["msg"]), error_type="bad_request")


def _unreadable(place: list[object], url: str, image: InputImage) -> FalFailure:
    shown = url if len(url) <= _SHOWN_CHARACTERS else url[:_SHOWN_CHARACTERS] + "..."
    if image.kind == "missing":
        return _refused([model_error(place, _DOWNLOAD_ERROR, "file_download_error", shown)])
    return _refused([model_error(place, _LOAD_ERROR, "image_load_error", shown)])


def _too_large(fields: Mapping[str, Any]) -> FalFailure:
    text = "Image is too large. Please use an image with at most 4096x4096 pixels."
    ctx = {"max_width": 4096, "max_height": 4096}
    return _refused([model_error(["body", "image_size"], text, "image_too_large", fields["image_size"], ctx)])
