"""The fields of a request under their names on the wire, as the catalogue's row says. Shared by all providers."""

from collections.abc import Iterator, Mapping, Sequence

from flux2cli.catalog import AUTO, PRESETS, Field, Route, kind_of
from flux2cli.catalog.lora import Lora
from flux2cli.catalog.sizes import Size


def fields(
    route: Route, values: Mapping[str, object], images: Sequence[object], extra: Mapping[str, object]
) -> dict[str, object]:
    """What was given under its wire names, nothing else. `images` are addresses, content, or what stands for it.

    `values` may hold fields that travel elsewhere than in the body; those are left out.
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
    """One value; a size in two fields is pixels whatever it was called, and `auto` there means to leave it out."""
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
    """What travels in the address, under its name there."""
    return {field.wire: str(values[name]) for name, field in route.fields.items() if field.query and name in values}
