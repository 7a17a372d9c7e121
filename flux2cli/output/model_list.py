"""Prints the catalogue: variants, endpoints, parameters and prices, as lines and as JSON documents."""

from collections.abc import Sequence
from textwrap import wrap

from flux2cli.catalog import PARAMETERS, VARIANTS, Price, Route
from flux2cli.core.request import describe
from flux2cli.output.text_layout import entry, table

_MEGAPIXEL = "A megapixel is 1024 x 1024 pixels, rounded up per image."
_HOW_SURE = (
    "Documented: by the provider. Secondary: stated by others. Unconfirmed: assumed of a model like it. "
    "Unproved: documented, and without a report of its use."
)


def route_document(route: Route, *, schema: bool) -> dict[str, object]:
    """A route as JSON, on request with the JSON Schema of its request body."""
    found: dict[str, object] = {
        "provider": route.provider,
        "variant": route.variant,
        "command": route.command,
        "endpoint": route.endpoint,
        "aliases": list(route.aliases),
        "modes": list(describe.modes_of(route)),
        "selectors": dict(route.selectors),
        "references": _references(route),
        "price": None if route.price is None else _price_record(route.price),
        "source": route.source,
        "confidence": route.confidence,
        "note": route.note,
    }
    if schema:
        from flux2cli.catalog.wire_models import wire_model

        found["schema"] = wire_model(route).model_json_schema()
    return found


def _references(route: Route) -> dict[str, object] | None:
    """The number of reference images that the route takes; None for none. A null `max` means no known limit."""
    field = route.fields.get("image")
    return None if field is None else {"min": int(field.required), "max": field.max_items, "warn": field.warn_above}


def _price_record(price: Price) -> dict[str, object]:
    return {
        "currency": "USD",
        "first_megapixel": str(price.first),
        "extra_megapixel": str(price.extra),
        "inputs": price.inputs,
        "most": str(price.most),
        "source": price.source,
        "verified_on": price.verified_on,
        "confidence": price.confidence,
    }


def overview(width: int) -> list[str]:
    """A row per command and provider."""
    rows = [("NAME", "PROVIDER", "MODES", "USD A MEGAPIXEL", "FOR")]
    for name in describe.commands():
        routes = describe.routes_for(name)
        for provider in dict.fromkeys(route.provider for route in routes):
            own = [route for route in routes if route.provider == provider]
            summary = VARIANTS[name].summary if name in VARIANTS else f"{own[0].variant}: images beyond their edges"
            is_further = any(row[0] == name for row in rows)
            rows.append((name, provider, ", ".join(modes(own)), price_span(own), "" if is_further else summary))
    return table(rows, width, optional=True)


def modes(routes: Sequence[Route]) -> list[str]:
    """The modes of several routes."""
    found = [mode for route in routes for mode in describe.modes_of(route)]
    return list(dict.fromkeys([*found, *("LoRA" for route in routes if "lora" in route.fields)]))


def price_span(routes: Sequence[Route]) -> str:
    """The price of several routes, as a range if it differs; says if some prices are unknown."""
    prices = [route.price for route in routes if route.price]
    spans = dict.fromkeys(describe.short_price(price) for price in prices)
    if not spans:
        return "unknown"
    if len(spans) == 1:
        span = next(iter(spans))
    else:
        span = f"{min(price.first for price in prices)} to {max(price.first for price in prices)}"
    return span if len(prices) == len(routes) else f"{span}; some unknown"


def detail(name: str, width: int) -> list[str]:
    """The routes with their prices, then all parameters."""
    routes = describe.routes_for(name)
    lines = [*_wrapped(_title(name, routes), width), "", "Endpoints:"]
    for route in routes:
        lines += _endpoint(route, width)
    lines += ["", "Parameters:"]
    for parameter in describe.parameters_of(routes):
        lines += _parameter(routes, parameter, width)
    return [*lines, "", *_wrapped(_MEGAPIXEL, width), *_wrapped(_HOW_SURE, width)]


def _title(name: str, routes: Sequence[Route]) -> str:
    if name in VARIANTS:
        return f"{VARIANTS[name].title}: {VARIANTS[name].summary}."
    return f"{name}, with {VARIANTS[routes[0].variant].title}."


def _parameter(routes: Sequence[Route], name: str, width: int) -> list[str]:
    row = PARAMETERS[name]
    clauses = describe.describe(routes, name)
    words = f"{row.help} [{'; '.join(clauses)}]" if clauses else row.help
    return entry(f"{', '.join(row.flags)} {row.metavar}".strip(), [words], width)


def _endpoint(route: Route, width: int) -> list[str]:
    chosen = describe.selected_by(route)
    does = ", ".join(describe.modes_of(route)) + (f" with {chosen}" if chosen else "")
    words = [f"{does}: {describe.price_in_words(route.price)}"]
    if route.aliases:
        words.append(f"also served as {', '.join(route.aliases)}")
    if route.note:
        words.append(route.note)
    words.append(f"fields {route.confidence}: {route.source}")
    if route.price is not None:
        words.append(f"price {route.price.confidence}, {route.price.verified_on}: {route.price.source}")
    return entry(f"{route.provider} {route.endpoint}", words, width, column=44)


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, width)
