"""Validates parameters, text from flags or values from files, against a route's row in the catalogue.

The validators are pydantic-core's, built from its core schemas: importing pydantic itself would cost every run 60 ms.
"""

import json
import re
from collections.abc import Mapping
from functools import cache

from pydantic_core import PydanticCustomError, SchemaValidator, ValidationError, core_schema

from flux2cli.catalog import Field, Kind, Route, kind_of
from flux2cli.catalog.lora import Lora, LoraError, parse_lora
from flux2cli.catalog.model import Values
from flux2cli.catalog.seed import MOST, is_no_seed
from flux2cli.catalog.sizes import Size, is_ratio, parse_custom, preset_of
from flux2cli.core.request.messages import explain
from flux2cli.core.settings.url_rules import webhook_url

_WHOLE = re.compile(r"\d+\.0+")


def read_given(route: Route, given: Values) -> Values:
    """The given parameters parsed for this route, keyed by parameter names; parameters that were not given stay out.

    A value of None says that the parameter is not given, as `random` does for a seed.
    UsageError about the first value that is wrong or parameter that is unknown.
    """
    try:
        values: Values = _validator(route).validate_python(given)
    except ValidationError as error:
        raise explain(route, error.errors(include_url=False)[0]) from None
    return values


@cache
def _validator(route: Route) -> SchemaValidator:
    fields = {
        name: core_schema.typed_dict_field(_schema(kind_of(name, field), field), required=field.required)
        for name, field in route.fields.items()
    }
    return SchemaValidator(core_schema.typed_dict_schema(fields, extra_behavior="forbid"))


def _schema(kind: Kind, field: Field) -> core_schema.CoreSchema:
    match kind:
        case "text":
            return core_schema.str_schema(min_length=1 if field.required else 0)
        case "integer":
            return _no_boolean(core_schema.int_schema(ge=_whole(field.minimum), le=_whole(field.maximum)))
        case "number":
            return _no_boolean(core_schema.float_schema(ge=field.minimum, le=field.maximum, allow_inf_nan=False))
        case "seed":
            seed = _no_boolean(core_schema.int_schema(ge=0, le=MOST))
            return core_schema.no_info_before_validator_function(_read_seed, core_schema.nullable_schema(seed))
        case "boolean":
            return core_schema.bool_schema()
        case "choice":
            choice = core_schema.literal_schema(list(field.choices))
            return core_schema.no_info_before_validator_function(_choice_text, choice)
        case "size":
            return core_schema.no_info_plain_validator_function(lambda value: read_size(value, field))
        case "images" | "image":
            return core_schema.list_schema(core_schema.str_schema(), min_length=1, max_length=field.max_items)
        case "loras":
            lora = core_schema.no_info_plain_validator_function(_read_lora)
            return core_schema.list_schema(lora, min_length=1, max_length=field.max_items)
        case "url":
            return core_schema.no_info_plain_validator_function(_read_url)
        case "secret":
            return core_schema.str_schema(min_length=1)


def _no_boolean(number: core_schema.CoreSchema) -> core_schema.CoreSchema:
    """The schema of a number, which refuses true and false: pydantic takes them for 1 and 0."""

    def check(value: object) -> object:
        if isinstance(value, bool):
            raise PydanticCustomError("number_type", "is not a number")
        return value

    return core_schema.no_info_before_validator_function(check, number)


def _read_seed(value: object) -> object:
    return None if is_no_seed(value) else value


def _choice_text(value: object) -> str:
    """A choice as text, without the `.0` that spreadsheets and data frames give to numbers."""
    text = json.dumps(value) if isinstance(value, bool) else str(value)
    return text.partition(".")[0] if _WHOLE.fullmatch(text) else text


def _whole(bound: float | None) -> int | None:
    return None if bound is None else int(bound)


def read_size(value: object, field: Field) -> str | Size:
    """A preset's name, or a Size within the field's bounds; PydanticCustomError, whose text is a clause, otherwise.

    A Size must be on the provider's grid only if the provider refuses others; it is not rounded here.
    """
    if isinstance(value, Mapping) and set(value) == {"width", "height"}:
        value = f"{_choice_text(value['width'])}x{_choice_text(value['height'])}"
    text = str(value).strip()
    preset = preset_of(text, field.choices)
    if preset is not None:
        return preset
    size = parse_custom(text)
    if size is None:
        what = "is a ratio without a preset" if is_ratio(text) else "is neither a preset nor WIDTHxHEIGHT"
        raise PydanticCustomError("size", what)
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


def on_grid(size: Size, field: Field) -> Size:
    """The size as sent: rounded to the nearest multiples of the grid if the provider rounds, else unchanged."""
    grid = field.multiple_of
    if field.off_grid != "round" or not grid:
        return size
    return Size((size.width + grid // 2) // grid * grid, (size.height + grid // 2) // grid * grid)


def _read_lora(value: object) -> Lora:
    try:
        return parse_lora(value)
    except LoraError as error:
        raise PydanticCustomError("lora", "{clause}", {"clause": error.clause, "hint": error.hint}) from None


def _read_url(value: object) -> str:
    try:
        return webhook_url(str(value))
    except ValueError as error:
        raise PydanticCustomError("url", str(error)) from None
