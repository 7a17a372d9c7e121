"""fal's prices: asks its platform API for them and reads what it answers.

https://fal.ai/docs/platform-apis/v1/models/pricing; 50 endpoints at most, and one that it does not know makes the whole
response a 404 (luminarylane/fal-mcp-server#93).
"""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from flux2cli.catalog import Route
from flux2cli.providers.amounts import amount_of
from flux2cli.providers.error_text import word
from flux2cli.providers.fal.calls import call, url_at
from flux2cli.wire import HttpResponse, JsonObject, PriceQuery, StatedPrice, Target

_MOST_ENDPOINTS = 50
_PER_MEGAPIXEL = ("megapixel", "megapixels")
_ONE_MEGAPIXEL = (1024, 1024)
"""The unit price is that of the first megapixel: https://api.fal.ai/v1/models/pricing gave 0.07 for max."""


def price_queries(routes: Sequence[Route], target: Target) -> tuple[PriceQuery, ...]:
    """Free requests for the unit prices of these routes."""
    names = [route.endpoint for route in routes]
    starts = range(0, len(names), _MOST_ENDPOINTS)
    return tuple(_query(tuple(names[start : start + _MOST_ENDPOINTS]), target) for start in starts)


def _query(endpoints: tuple[str, ...], target: Target) -> PriceQuery:
    asked = urlencode([("endpoint_id", endpoint) for endpoint in endpoints], safe="/")
    request = call("GET", url_at(target, "api", f"/v1/models/pricing?{asked}"), target)
    return PriceQuery(endpoints=endpoints, request=request, size=_ONE_MEGAPIXEL)


def stated_prices(response: HttpResponse, query: PriceQuery) -> tuple[StatedPrice, ...] | None:
    """The prices in a response, of the endpoints that were asked about; None when it has none."""
    data = response.json()
    rows = data.get("prices") if isinstance(data, Mapping) else None
    if response.status != 200 or not isinstance(rows, list):
        return None
    found = {row["endpoint_id"]: row for row in reversed(rows) if _is_about(row, query)}
    return tuple(_stated(endpoint, found[endpoint]) for endpoint in query.endpoints if endpoint in found)


def _is_about(row: object, query: PriceQuery) -> bool:
    return isinstance(row, Mapping) and row.get("endpoint_id") in query.endpoints


def _stated(endpoint: str, row: JsonObject) -> StatedPrice:
    unit, currency = row.get("unit"), row.get("currency", "USD")
    amount = amount_of(row.get("unit_price"))
    if amount is not None and unit in _PER_MEGAPIXEL and currency == "USD":
        return StatedPrice(endpoint=endpoint, amount=f"{amount:f}")
    number = "no amount" if amount is None else f"{amount:f}"
    return StatedPrice(endpoint=endpoint, other=f"{number} {word(currency)} per {word(unit)}")
