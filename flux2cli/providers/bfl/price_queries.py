"""BFL's prices: asks `POST /v1/pricing` for the cost of one image and reads what it answers.

Fields from BFL's SDK (black-forest-labs/blackforest, `estimate_cost`), which says that a deployment without it answers
404, and that only the FLUX.2 models have a price there.
"""

import json
from collections.abc import Mapping, Sequence

from flux2cli.catalog import Route
from flux2cli.providers.amounts import amount_of
from flux2cli.providers.bfl.calls import call, url_at
from flux2cli.providers.bfl.credits import dollars
from flux2cli.wire import HttpResponse, PriceQuery, StatedPrice, Target

_MEGAPIXEL, _TWO_MEGAPIXELS = (1024, 1024), (2048, 1024)
_SAMPLES = ((_MEGAPIXEL, 0), (_TWO_MEGAPIXELS, 0), (_MEGAPIXEL, 1))
"""Sizes and numbers of references that show the price of the first megapixel, of a further one, and of a reference."""


def price_queries(routes: Sequence[Route], target: Target) -> tuple[PriceQuery, ...]:
    """Free requests for the prices of these routes: one for each sample."""
    return tuple(
        _query(route.endpoint, size, references, target)
        for route in routes
        if route.mode != "outpaint"
        for size, references in _SAMPLES
    )


def _query(endpoint: str, size: tuple[int, int], references: int, target: Target) -> PriceQuery:
    sides = dict(zip(("width", "height"), size, strict=True))
    inputs = {"input_images": [sides] * references} if references else {}
    content = json.dumps({"model": endpoint, **sides, **inputs}, separators=(",", ":")).encode()
    request = call("POST", url_at(target, "v1/pricing"), target, content)
    return PriceQuery(endpoints=(endpoint,), request=request, size=size, references=references)


def stated_prices(response: HttpResponse, query: PriceQuery) -> tuple[StatedPrice, ...] | None:
    """The price in a response, from its dollars or else its credits; None when it has none."""
    data = response.json()
    if response.status != 200 or not isinstance(data, Mapping):
        return None
    stated = amount_of(data.get("cost_usd"))
    amount = dollars(data.get("cost")) if stated is None else f"{stated:f}"
    return None if amount is None else (StatedPrice(endpoint=query.endpoints[0], amount=amount),)
