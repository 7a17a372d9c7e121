"""pydantic models of request bodies, made from the catalogue's rows, for the sandbox and for JSON Schema.

The client validates parameters in `flux2cli.core.request.validate`, without models: importing pydantic takes 60 ms.
"""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model

from flux2cli.catalog import Field as CatalogField
from flux2cli.catalog import Route, kind_of
from flux2cli.catalog.canvas import SHORTEST_SIDE


@cache
def wire_model(route: Route) -> type[BaseModel]:
    """A model of a request's fields on this route, by wire names, with strict types.

    It ignores unknown fields, as providers do. `ValidationError.errors()` has the shape of some providers' error
    responses. For a provider that wraps the fields, it models what is inside the wrapper.
    """
    fields = dict(entry for name, field in route.fields.items() for entry in _wire_fields(name, field))
    return create_model("Input", __config__=ConfigDict(extra="ignore", strict=True), **fields)


def _wire_fields(name: str, field: CatalogField) -> Iterator[tuple[str, Any]]:
    if field.query:
        return
    kind = _wire_type(name, field)
    for wire in field.wires:
        yield wire, (kind | None if field.nullable else kind, ... if _is_needed(field) else _default(field))


def _is_needed(field: CatalogField) -> bool:
    return field.required or field.whole_side


def _default(field: CatalogField) -> object:
    if field.spread:
        return None
    if field.negated:
        return not field.default
    return list(field.default) if isinstance(field.default, tuple) else field.default


def _wire_type(name: str, field: CatalogField) -> Any:
    if field.whole_side:
        return Annotated[int, Field(ge=SHORTEST_SIDE)]
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
        case "url":
            return Annotated[str, StringConstraints(min_length=1, max_length=_characters(field))]
        case "choice":
            return Literal[field.choices]
        case "integer" | "seed":
            return Annotated[int, Field(ge=field.minimum, le=field.maximum)]
        case "number":
            return Annotated[float, Field(ge=field.minimum, le=field.maximum, allow_inf_nan=False)]
        case "boolean":
            return bool


def _characters(field: CatalogField) -> int | None:
    return None if field.maximum is None else int(field.maximum)
