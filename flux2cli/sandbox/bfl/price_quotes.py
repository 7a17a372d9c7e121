"""BFL's price query: what one image of a size costs, with so many references of their sizes.

Fields from BFL's SDK (black-forest-labs/blackforest, `estimate_cost`): `model`, `width`, `height` and `input_images`, a
list of sizes; in the response `cost` in credits, `cost_usd`, and megapixels. A side of 0 lets the model choose.
"""

import json
from collections.abc import Mapping
from typing import Any

from flux2cli.catalog import Route
from flux2cli.catalog.pricing import megapixels, price_bounds
from flux2cli.catalog.sizes import PRESETS, Pixels
from flux2cli.sandbox.bfl import errors
from flux2cli.sandbox.bfl.outcomes import NAME
from flux2cli.sandbox.http import ServerRequest, ServerResponse, json_response
from flux2cli.sandbox.state import SandboxState

_CHOSEN = PRESETS["square_hd"]
"""The size that a model chooses."""


def quote(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """The price of one image; 422 for a body that is not as above, or a model without a price."""
    refusal = errors.check_key(state, request)
    if refusal is not None:
        return refusal
    body = _body(request.body.read())
    route = None if body is None else state.route(NAME, str(body.get("model")))
    sizes = None if body is None else _sizes(body)
    if route is None or route.price is None:
        return errors.invalid_input([{"loc": ["model"], "msg": "Unknown model", "type": "value_error"}])
    if sizes is None:
        return errors.invalid_input([{"loc": ["width"], "msg": "Sizes are whole numbers", "type": "int_type"}])
    return json_response(_quoted(route, sizes[0], sizes[1:]))


def _body(content: bytes) -> Mapping[str, Any] | None:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _sizes(body: Mapping[str, Any]) -> list[Pixels] | None:
    """The image's size, then those of the references; None when one is malformed."""
    references = body.get("input_images") or []
    if not isinstance(references, list):
        return None
    sizes = [_size(place) for place in (body, *references)]
    return None if None in sizes else [size for size in sizes if size is not None]


def _size(place: object) -> Pixels | None:
    if not isinstance(place, dict):
        return None
    width, height = place.get("width", 0), place.get("height", 0)
    if any(isinstance(side, bool) or not isinstance(side, int) or not 0 <= side < 100_000 for side in (width, height)):
        return None
    return (width, height) if width and height else _CHOSEN


def _quoted(route: Route, output: Pixels, references: list[Pixels]) -> dict[str, object]:
    bounds = price_bounds(route, outputs=[output], inputs=references)
    dollars = 0.0 if bounds is None else float(bounds[0])
    return {
        "cost": round(dollars * 100, 6),
        "cost_usd": dollars,
        "input_mp": float(sum(map(megapixels, references))),
        "output_mp": float(megapixels(output)),
    }
