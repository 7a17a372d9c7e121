"""Maps a request's parameters to the provider's field names, by the catalogue's row. Shared by all providers."""

from collections.abc import Iterator, Mapping, Sequence

from flux2cli.catalog import AUTO, PRESETS, Field, Route, kind_of
from flux2cli.catalog.lora import Lora
from flux2cli.catalog.sizes import Size


def fields(
    route: Route, values: Mapping[str, object], images: Sequence[object], extra: Mapping[str, object]
) -> dict[str, object]:
    """The given parameters by their wire names. `images` are URLs, base64 content, or, in a plan, what stands for it.

    Leaves out parameters that do not belong to the body, such as those of the query.
    """
    sent: dict[str, object] = {}
    for name, field in route.fields.items():
        if field.query:
            continue
        if kind_of(name, field) in ("images", "image"):
            sent.update(_images(field, images, single=kind_of(name, field) == "image"))
        elif name in values:
            sent.update(_value(field, values[name]))
    return {**sent, **extra}


def _images(field: Field, images: Sequence[object], *, single: bool) -> Iterator[tuple[str, object]]:
    if field.spread:
        yield from zip(field.spread, images, strict=False)
    elif single:
        yield field.wire, images[0]
    elif images or field.required:
        yield field.wire, list(images)


def _value(field: Field, value: object) -> Iterator[tuple[str, object]]:
    """The wire fields of one value. A size in two fields is always in pixels, and `auto` leaves both out."""
    if field.spread and value == AUTO:
        return
    if field.spread:
        size = value if isinstance(value, Size) else Size(*PRESETS[str(value)])
        yield from zip(field.spread, (size.width, size.height), strict=True)
    elif isinstance(value, Size):
        yield field.wire, {"width": value.width, "height": value.height}
    elif isinstance(value, list):
        yield field.wire, [item.wire() if isinstance(item, Lora) else item for item in value]
    else:
        yield field.wire, value


def query(route: Route, values: Mapping[str, object]) -> dict[str, str]:
    """The parameters of the URL's query, by their names there."""
    return {field.wire: str(values[name]) for name, field in route.fields.items() if field.query and name in values}
