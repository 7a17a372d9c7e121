"""Requests with numbered reference images, a width and a height: the schema of the model's maker and its resellers.

From a request's input to the images that a job draws, or to errors as pydantic writes them. Knows no URLs and no bodies
of responses.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from flux2cli.catalog import Route
from flux2cli.catalog.sizes import MEGAPIXEL, Pixels, parse_custom
from flux2cli.sandbox.input_images import InputImage, decode_data_url, inspect_image, shown_reference, shrink
from flux2cli.sandbox.job_store import EmulatedJob
from flux2cli.sandbox.pictures import DrawingPlan, Picture
from flux2cli.sandbox.state import SandboxState

InputErrors = list[dict[str, Any]]
"""What is wrong with an input: `loc`, `msg` and `type` of each error, as pydantic writes them."""

_MOST_PIXELS = 4 * MEGAPIXEL
"""The largest output, and what larger reference images are scaled down to (the maker documents 4 MP)."""

_SECRETS = ("webhook_secret",)  # never written to the disk
_GRID = 16
_IMAGE_FIELDS = ("input_image", *(f"input_image_{number}" for number in range(2, 9)))
_MOST_IMAGE_BYTES = 20 * 1024 * 1024
_INLINE_MARK = "inline:"  # neither base64 nor a URL begins so
_LONGEST_SIDE = 16_000  # the limits of WebP and JPEG are just above
_SQUARE = (1024, 1024)
_UNKNOWN_SIZE = (1024, 1024)  # how an image on another host is billed: it is not requested
_NO_IMAGE = InputImage(kind="not-an-image")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadImage:
    """A reference image that cannot be used, by the field's name; `missing` when its URL leads to nothing."""

    field: str
    missing: bool


def complete_input(route: Route, given: Mapping[str, Any]) -> dict[str, Any] | InputErrors:
    """The input with the catalogue's defaults, by wire names; or what is wrong with it."""
    from flux2cli.catalog.wire_models import wire_model

    try:
        fields = wire_model(route).model_validate(given).model_dump()
    except ValueError as error:  # pydantic's, which derives from it
        items = cast("Any", error).errors(include_url=False)
        return [{"loc": list(item["loc"]), "msg": item["msg"], "type": item["type"]} for item in items]
    return _size_errors(fields) or fields


def _size_errors(fields: Mapping[str, Any]) -> InputErrors:
    """More pixels than the models make: the wire schema limits each side alone."""
    width, height = fields.get("width"), fields.get("height")
    if width and height and (width * height > _MOST_PIXELS or max(width, height) > _LONGEST_SIDE):
        return [{"loc": ["width"], "msg": "The image is larger than 4 megapixels", "type": "value_error"}]
    return []


def stored_input(given: Mapping[str, Any], fields: Mapping[str, Any], *, data_urls: bool) -> dict[str, Any]:
    """The input as the job stores it: the schema's fields without secrets, inline images as sizes and thumbnails.

    Their bytes would be read again at every poll. `data_urls` says whether the provider takes data URLs.
    """
    return {
        name: _without_bytes(value, data_urls=data_urls) if name in _IMAGE_FIELDS and isinstance(value, str) else value
        for name, value in given.items()
        if name in fields and name not in _SECRETS
    }


def _without_bytes(text: str, *, data_urls: bool) -> str:
    if not text or text.lower().startswith(("http://", "https://")):
        return text
    image = _inline_image(text, data_urls=data_urls)
    if not image.size:
        return f"{_INLINE_MARK}not-an-image"
    return f"{_INLINE_MARK}{image.size[0]}x{image.size[1]}:{base64.b64encode(shrink(image.data)).decode()}"


def _inline_image(text: str, *, data_urls: bool) -> InputImage:
    if text[:5].lower() == "data:":
        return inspect_image(decode_data_url(text)) if data_urls else _NO_IMAGE
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return _NO_IMAGE
    return _NO_IMAGE if len(data) > _MOST_IMAGE_BYTES else inspect_image(data)


def plan_drawing(
    state: SandboxState, job: EmulatedJob, fields: Mapping[str, Any], *, states_seed: bool = True
) -> DrawingPlan | BadImage:
    """What the job draws, or the first reference image that cannot be used. `fields` is the completed input.

    `states_seed` says whether the provider's responses have the seed.
    """
    images = [(name, look_up_input(state, str(fields[name]))) for name in _IMAGE_FIELDS if fields.get(name)]
    for name, image in images:
        if image.kind != "image":
            return BadImage(field=name, missing=image.kind == "missing")
    inputs = tuple(image.size for _, image in images)
    width, height = _output_size(fields, inputs)
    route = state.route(job.protocol, job.endpoint)
    picture = Picture(
        prompt=str(fields.get("prompt", "")),
        seed=job.seed,
        width=width,
        height=height,
        format=str(fields.get("output_format") or "jpeg"),
        shows_seed=states_seed or fields.get("seed") is not None,
        variant=route.variant if route else "",
        references=tuple(shown_reference(str(fields[name]), image) for name, image in images),
        transparent=fields.get("transparent_bg") is True,
        black=job.has_fault("black"),
    )
    return DrawingPlan(pictures=(picture,), inputs=inputs, fields=fields)


def look_up_input(state: SandboxState, text: str) -> InputImage:
    """The image of a field of a stored input: a URL, or what was left of an inline image."""
    if not text.startswith(_INLINE_MARK):
        return state.look_up(text)
    measured, _, small = text.removeprefix(_INLINE_MARK).partition(":")
    size = parse_custom(measured)
    return InputImage(kind="image", size=(size.width, size.height), data=base64.b64decode(small)) if size else _NO_IMAGE


def _output_size(fields: Mapping[str, Any], inputs: Sequence[Pixels | None]) -> Pixels:
    """The requested size, else that of the first reference image, else a square; sides on the model's grid."""
    width, height = fields.get("width"), fields.get("height")
    if width and height:
        return _on_grid(width), _on_grid(height)
    first = _scaled(inputs[0]) if inputs and inputs[0] else _SQUARE
    return _on_grid(first[0]), _on_grid(first[1])


def billed_sizes(inputs: Sequence[Pixels | None]) -> list[Pixels]:
    """The sizes at which reference images are billed: at most 4 MP each, 1 MP where the size is not known."""
    return [_scaled(size) if size else _UNKNOWN_SIZE for size in inputs]


def _on_grid(side: int) -> int:
    return min(max(_GRID * 4, (side + _GRID // 2) // _GRID * _GRID), _LONGEST_SIDE)


def _scaled(size: Pixels) -> Pixels:
    """The size with the same shape, scaled down to the model's limit; rounding to the grid never lifts it above."""
    factor = min(1.0, (_MOST_PIXELS / (size[0] * size[1])) ** 0.5)
    if factor == 1.0:
        return size
    width, height = (max(_GRID, int(side * factor) // _GRID * _GRID) for side in size)
    return width, height
