"""pydantic models made from the catalogue's rows: one for what people give, one for what travels on the wire.

The first is keyed by parameter names and reads text (`"7"` is a number); the second by wire names, and is strict.
"""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, create_model
from pydantic_core import PydanticCustomError

from flux2cli.catalog import PARAMETERS, Route
from flux2cli.catalog import Field as CatalogField
from flux2cli.core.size import Size, parse_custom


@cache
def given_model(route: Route) -> type[BaseModel]:
    """What a person may give for this route, keyed by parameter names; unknown names are refused.

    Text values are read: numbers, `1024x768`, lists. Only the fields that were given are set on an instance.
    """
    fields: dict[str, Any] = {
        name: (_given_type(name, field), ... if field.required else None) for name, field in route.fields.items()
    }
    return create_model("Given", __config__=ConfigDict(extra="forbid", frozen=True), **fields)


@cache
def wire_model(route: Route) -> type[BaseModel]:
    """The body of a request to this route, keyed by wire names and strict about types.

    Unknown fields are ignored, as the provider does. `ValidationError.errors()` has the shape that fal answers with.
    """
    fields: dict[str, Any] = {}
    for name, field in route.fields.items():
        kind = _wire_type(name, field)
        fields[field.wire] = (kind | None if field.nullable else kind, ... if field.required else field.default)
    return create_model("Input", __config__=ConfigDict(extra="ignore", strict=True), **fields)


def _given_type(name: str, field: CatalogField) -> Any:
    match PARAMETERS[name].kind:
        case "text":
            return Annotated[str, StringConstraints(min_length=1)]
        case "integer":
            return Annotated[int, Field(ge=field.minimum, le=field.maximum)]
        case "number":
            return Annotated[float, Field(ge=field.minimum, le=field.maximum, allow_inf_nan=False)]
        case "boolean":
            return bool
        case "choice":
            return Annotated[Literal[field.choices], BeforeValidator(str)]
        case "size":
            return Annotated[str | Size, BeforeValidator(lambda value: read_size(value, field))]
        case "images":
            return Annotated[list[str], Field(min_length=1, max_length=field.max_items)]
        case "loras":
            return Annotated[list[str], Field(min_length=1, max_length=field.max_items)]


def read_size(value: object, field: CatalogField) -> str | Size:
    """A preset's name or a Size within the field's bounds; PydanticCustomError with a clause otherwise."""
    if isinstance(value, Mapping) and set(value) == {"width", "height"}:
        value = f"{value['width']}x{value['height']}"
    text = str(value).strip()
    if text in field.choices:
        return text
    size = parse_custom(text)
    if size is None:
        raise PydanticCustomError("size", "is neither a preset nor WIDTHxHEIGHT")
    for side, pixels in (("width", size.width), ("height", size.height)):
        if field.minimum is not None and pixels < field.minimum:
            raise PydanticCustomError("size_bound", f"has a {side} below {field.minimum} pixels")
        if field.maximum is not None and pixels > field.maximum:
            raise PydanticCustomError("size_bound", f"has a {side} above {field.maximum} pixels")
    return size


def _wire_type(name: str, field: CatalogField) -> Any:
    match PARAMETERS[name].kind:
        case "size":
            side = Annotated[int, Field(ge=field.minimum, le=field.maximum)]
            custom = create_model(
                "ImageSize", __config__=ConfigDict(strict=True), width=(side, 512), height=(side, 512)
            )
            return custom | Literal[field.choices]
        case "images":
            return Annotated[list[str], Field(min_length=1)]
        case "text":
            return str
        case "choice":
            return Literal[field.choices]
        case _:
            return _given_type(name, field)
