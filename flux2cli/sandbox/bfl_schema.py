"""Requests with numbered images and a width and a height: Black Forest Labs' schema, which Vtrix passes on.

Validates, measures and plans; knows neither addresses nor the shapes of replies.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from flux2cli.catalog import Route
from flux2cli.catalog.sizes import MEGAPIXEL, parse_custom
from flux2cli.sandbox.input_images import Found, inline, looked_at
from flux2cli.sandbox.job_store import EmulatedJob
from flux2cli.sandbox.pictures import Picture
from flux2cli.sandbox.state import Site

Pixels = tuple[int, int]
"""Width and height."""

MOST_PIXELS = 4 * MEGAPIXEL
"""The largest output, and what larger inputs are scaled down to (BFL's documentation: 4 MP)."""

_SECRETS = ("webhook_secret",)  # never reach the disk
_GRID = 16
_IMAGE_FIELDS = ("input_image", *(f"input_image_{number}" for number in range(2, 9)))
_MOST_BYTES = 20 * 1024 * 1024
_NOTE = "inline:"  # neither base64 nor an address begins so
_LONGEST_SIDE = 16_000  # WebP and JPEG end soon after it
_SQUARE = (1024, 1024)
_UNKNOWN = (1024, 1024)  # what an image on another host counts as: nobody asks for it


@dataclass(frozen=True, slots=True, kw_only=True)
class BadImage:
    """A reference that cannot be used, by its field; `missing` when there is nothing at its address."""

    field: str
    missing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a job draws, and the sizes of its references in pixels, None where that is not known."""

    picture: Picture
    inputs: tuple[Pixels | None, ...]
    whole: Mapping[str, Any]


def complete(route: Route, given: Mapping[str, Any]) -> dict[str, Any] | list[dict[str, Any]]:
    """The input with the catalogue's defaults, keyed by wire names; or what is wrong with it, as pydantic says it."""
    from flux2cli.catalog.wire_models import wire_model

    try:
        whole = wire_model(route).model_validate(given).model_dump()
    except ValueError as error:  # pydantic's, which derives from it
        items = cast("Any", error).errors(include_url=False)
        return [{"loc": list(item["loc"]), "msg": item["msg"], "type": item["type"]} for item in items]
    return _bad_size(whole) or whole


def _bad_size(whole: Mapping[str, Any]) -> list[dict[str, Any]]:
    """More pixels than the models make; the schema bounds each side alone."""
    width, height = whole.get("width"), whole.get("height")
    if width and height and (width * height > MOST_PIXELS or max(width, height) > _LONGEST_SIDE):
        return [{"loc": ["width"], "msg": "The image is larger than 4 megapixels", "type": "value_error"}]
    return []


def kept(given: Mapping[str, Any], whole: Mapping[str, Any], *, data_urls: bool) -> dict[str, Any]:
    """The input as a job keeps it: fields of the schema but no secrets, inline images as their sizes.

    Their bytes would be read again with every poll. `data_urls` says whether the provider takes those.
    """
    return {
        name: _noted(value, data_urls=data_urls) if name in _IMAGE_FIELDS and isinstance(value, str) else value
        for name, value in given.items()
        if name in whole and name not in _SECRETS
    }


def _noted(text: str, *, data_urls: bool) -> str:
    if not text or text.lower().startswith(("http://", "https://")):
        return text
    pixels = _inline(text, data_urls=data_urls).size
    return f"{_NOTE}{pixels[0]}x{pixels[1]}" if pixels else f"{_NOTE}not-an-image"


def _inline(text: str, *, data_urls: bool) -> Found:
    if text[:5].lower() == "data:":
        return looked_at(inline(text)) if data_urls else Found(kind="not-an-image")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return Found(kind="not-an-image")
    return Found(kind="not-an-image") if len(data) > _MOST_BYTES else looked_at(data)


def images(whole: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The reference images in the order of their numbers, each with the name of its field."""
    return [(name, str(whole[name])) for name in _IMAGE_FIELDS if whole.get(name)]


def plan(site: Site, job: EmulatedJob, whole: Mapping[str, Any]) -> Plan | BadImage:
    """What the job draws, or which of its references cannot be used. `whole` completes what the job has kept."""
    found = [(name, _look(site, text)) for name, text in images(whole)]
    for name, reference in found:
        if reference.kind != "image":
            return BadImage(field=name, missing=reference.kind == "missing")
    inputs = tuple(reference.size for _, reference in found)
    width, height = size(whole, inputs)
    picture = Picture(
        prompt=str(whole.get("prompt", "")),
        seed=job.seed,
        width=width,
        height=height,
        format=str(whole.get("output_format") or "jpeg"),
        black=job.ends("black"),
    )
    return Plan(picture=picture, inputs=inputs, whole=whole)


def _look(site: Site, text: str) -> Found:
    if not text.startswith(_NOTE):
        return site.look(text)
    pixels = parse_custom(text.removeprefix(_NOTE))
    return Found(kind="image", size=(pixels.width, pixels.height)) if pixels else Found(kind="not-an-image")


def size(whole: Mapping[str, Any], inputs: Sequence[Pixels | None]) -> Pixels:
    """Pixels of the output: what was asked for, else as the first reference, else a square; sides on BFL's grid."""
    width, height = whole.get("width"), whole.get("height")
    if width and height:
        return _on_grid(width), _on_grid(height)
    first = _scaled(inputs[0]) if inputs and inputs[0] else _SQUARE
    return _on_grid(first[0]), _on_grid(first[1])


def billed(inputs: Sequence[Pixels | None]) -> list[Pixels]:
    """The sizes of references as they are billed: at most 4 MP each; one that is not known counts 1 MP."""
    return [_scaled(pixels) if pixels else _UNKNOWN for pixels in inputs]


def _on_grid(side: int) -> int:
    return min(max(_GRID * 4, (side + _GRID // 2) // _GRID * _GRID), _LONGEST_SIDE)


def _scaled(pixels: Pixels) -> Pixels:
    """The size with the same shape and no more pixels than the model takes; the grid may not lift it above that."""
    factor = min(1.0, (MOST_PIXELS / (pixels[0] * pixels[1])) ** 0.5)
    if factor == 1.0:
        return pixels
    width, height = (max(_GRID, int(side * factor) // _GRID * _GRID) for side in pixels)
    return width, height
