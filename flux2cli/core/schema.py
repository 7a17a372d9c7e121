"""pydantic models made from the catalogue's rows: one for what people give, one for what travels on the wire.

The first is keyed by parameter names and reads text (`"7"` is a number); the second by wire names, and is strict.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, create_model
from pydantic_core import PydanticCustomError

from flux2cli.catalog import Field as CatalogField
from flux2cli.catalog import Route, kind_of
from flux2cli.core.lora import Lora, parse_lora
from flux2cli.core.settings.addresses import webhook_url
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
    """The fields of a request to this route, keyed by wire names and strict about types.

    Unknown fields are ignored, as the provider does. `ValidationError.errors()` has the shape that fal answers with.
    Where a provider wraps the fields, they are what is inside the wrapper.
    """
    fields = dict(entry for name, field in route.fields.items() for entry in _wire_fields(name, field))
    return create_model("Input", __config__=ConfigDict(extra="ignore", strict=True), **fields)


def _wire_fields(name: str, field: CatalogField) -> Iterator[tuple[str, Any]]:
    if field.query:
        return
    kind = _wire_type(name, field)
    default = None if field.spread else list(field.default) if isinstance(field.default, tuple) else field.default
    for wire in field.wires:
        yield wire, (kind | None if field.nullable else kind, ... if field.required else default)


def _given_type(name: str, field: CatalogField) -> Any:
    match kind_of(name, field):
        case "text":
            return Annotated[str, StringConstraints(min_length=1 if field.required else 0)]
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
        case "images" | "image":
            return Annotated[list[str], Field(min_length=1, max_length=field.max_items)]
        case "loras":
            one = Annotated[Lora, BeforeValidator(_read_lora)]
            return Annotated[list[one], Field(min_length=1, max_length=field.max_items)]
        case "address":
            return Annotated[str, BeforeValidator(_read_address)]
        case "secret":
            return Annotated[str, StringConstraints(min_length=1)]


def read_size(value: object, field: CatalogField) -> str | Size:
    """A preset's name or a Size within the field's bounds and on its grid; PydanticCustomError with a clause otherwise.

    Where the provider's grid is only rounded to, the Size is the one that was given.
    """
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
        if field.off_grid == "refuse" and field.multiple_of and pixels % field.multiple_of:
            raise PydanticCustomError("size_grid", f"has a {side} that is not a multiple of {field.multiple_of} pixels")
    sent = on_grid(size, field)
    if field.max_pixels is not None and sent.width * sent.height > field.max_pixels:
        raise PydanticCustomError(
            "size_area", f"is {sent.width * sent.height} pixels, more than the {field.max_pixels} that it makes"
        )
    return size


def on_grid(size: Size, field: CatalogField) -> Size:
    """The size that is sent: rounded to the nearest multiples where the provider wants those, else as it is."""
    grid = field.multiple_of
    if field.off_grid != "round" or not grid:
        return size
    return Size((size.width + grid // 2) // grid * grid, (size.height + grid // 2) // grid * grid)


def _read_lora(value: object) -> Lora:
    lora = parse_lora(value)
    if lora is None:
        raise PydanticCustomError("lora", "names no LoRA weights")
    return lora


def _read_address(value: object) -> str:
    try:
        return webhook_url(str(value))
    except ValueError as error:
        raise PydanticCustomError("address", str(error)) from None


def _wire_type(name: str, field: CatalogField) -> Any:
    match kind_of(name, field):
        case "size":
            side = Annotated[int, Field(ge=field.minimum, le=field.maximum)]
            if field.spread:
                step = field.multiple_of if field.off_grid == "refuse" else None
                return Annotated[int, Field(ge=field.minimum, le=field.maximum, multiple_of=step)]
            custom = create_model(
                "ImageSize", __config__=ConfigDict(strict=True), width=(side, 512), height=(side, 512)
            )
            return custom | Literal[field.choices]
        case "images" if not field.spread:
            return Annotated[list[str], Field(min_length=1)]
        case "loras":
            scale = Annotated[float, Field(ge=0, le=field.maximum)]
            lora = create_model("LoRAInput", __config__=ConfigDict(strict=True), path=(str, ...), scale=(scale, 1.0))
            return Annotated[list[lora], Field(max_length=field.max_items)]  # type: ignore[valid-type]
        case "images" | "image" | "text" | "secret":
            return str
        case "address":
            return Annotated[str, StringConstraints(min_length=1, max_length=_characters(field))]
        case "choice":
            return Literal[field.choices]
        case _:
            return _given_type(name, field)


def _characters(field: CatalogField) -> int | None:
    return None if field.maximum is None else int(field.maximum)
