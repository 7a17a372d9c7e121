"""Maps a request's parameters to the provider's field names, by the catalogue's row. Shared by all providers."""

from collections.abc import Iterator, Sequence
from typing import cast

from flux2cli.catalog import AUTO, PRESETS, Field, Route, kind_of
from flux2cli.catalog.lora import Lora
from flux2cli.catalog.model import Values
from flux2cli.catalog.sizes import Size
from flux2cli.wire import JsonObject, JsonValue


def fields(route: Route, values: Values, images: Sequence[JsonValue], extra: JsonObject) -> JsonObject:
    """The given parameters by their wire names. `images` are URLs, base64 content, or, in a plan, what stands for it.

    Leaves out parameters that do not belong to the body, such as those of the query.
    """
    sent: dict[str, JsonValue] = {}
    for name, field in route.fields.items():
        if field.query:
            continue
        if kind_of(name, field) in ("images", "image"):
            sent.update(_images(field, images, single=kind_of(name, field) == "image"))
        elif name in values:
            sent.update(_value(field, values[name]))
    return {**sent, **extra}


def _images(field: Field, images: Sequence[JsonValue], *, single: bool) -> Iterator[tuple[str, JsonValue]]:
    if field.spread:
        yield from zip(field.spread, images, strict=False)
    elif single:
        yield field.wire, images[0]
    elif images or field.required:
        yield field.wire, list(images)


def _value(field: Field, value: object) -> Iterator[tuple[str, JsonValue]]:
    """The wire fields of one value. A size in two fields is always in pixels, and `auto` leaves both out."""
    if field.spread and value == AUTO:
        return
    if field.negated:
        yield field.wire, not value
        return
    if field.spread:
        size = value if isinstance(value, Size) else Size(*PRESETS[str(value)])
        yield from zip(field.spread, (size.width, size.height), strict=True)
    elif isinstance(value, Size):
        yield field.wire, {"width": value.width, "height": value.height}
    elif isinstance(value, list):
        yield field.wire, [item.wire() if isinstance(item, Lora) else item for item in value]
    else:
        yield field.wire, cast("JsonValue", value)  # validated: text, a number or a boolean


def query(route: Route, values: Values) -> dict[str, str]:
    """The parameters of the URL's query, by their names there."""
    return {field.wire: str(values[name]) for name, field in route.fields.items() if field.query and name in values}
