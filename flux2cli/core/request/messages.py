"""Words validation errors: what is wrong, the value, and what would be right."""

import json
from collections.abc import Iterable
from typing import Any, NotRequired, TypedDict

from flux2cli.catalog import PARAMETERS, Field, Kind, Route, kind_of
from flux2cli.catalog.seed import MOST
from flux2cli.catalog.sizes import MEGAPIXEL, RATIOS, is_ratio, meant_size, presets_like
from flux2cli.core.request.synonyms import meant, named_in
from flux2cli.errors import UsageError, WrongValue
from flux2cli.providers import registry
from flux2cli.quotes import shown
from flux2cli.redact import redact_text


def suggest(word: str, known: Iterable[str]) -> str:
    """`did you mean ...?` for the known word that is meant, else the list of known words."""
    names = list(known)
    found = meant(word, names) or named_in(word, names)
    return f"did you mean `{found}`?" if found else f"known: {', '.join(names)}"


def suggest_provider(word: str) -> str:
    """Like `suggest`, for a provider, which people may call by its title."""
    titles = {"".join(filter(str.isalnum, info.title.lower())): info.name for info in registry.infos()}
    return suggest(titles.get("".join(filter(str.isalnum, word.lower())), word), registry.names())


def flag_of(name: str) -> str:
    """A parameter's name in messages: its long flag, or the metavar of an argument."""
    parameter = PARAMETERS[name]
    return next((f for f in parameter.flags if f.startswith("--")), parameter.metavar)


class InvalidValue(TypedDict):
    """One of pydantic's errors: its type and message, the path to the value, the value, and the type's context."""

    type: str
    msg: str
    loc: tuple[int | str, ...]
    input: Any
    ctx: NotRequired[dict[str, Any]]


def explain(route: Route, error: InvalidValue) -> UsageError:
    """Translates one of pydantic's errors about a route's parameters into a UsageError."""
    name = str(error["loc"][0])
    if error["type"] == "extra_forbidden" or name not in PARAMETERS:
        return UsageError(f"There is no parameter `{name}`.", hint=suggest(name, route.fields), about=name)
    field = route.fields[name]
    if error["type"] == "missing":
        return UsageError(f"{route.endpoint} needs {flag_of(name)}, and none was given.", about=name)
    many, clause = error["type"] == "too_long", _clause(route, kind_of(name, field), field, error)
    wrong = WrongValue(
        about=name,
        flag=flag_of(name),
        value=None if many else _shown_value(name, error),
        clause=f"were given: {clause}" if many else clause,
        before=f"{error['ctx']['actual_length']} " if many else "",
    )
    return UsageError.of_value(wrong, hint=_right(name, field, error))


def _shown_value(name: str, error: InvalidValue) -> str | None:
    """The value as typed, cut; None for URLs, which may hold a password, and for secrets."""
    if PARAMETERS[name].delivery:
        return None
    given = error["input"]
    text = redact_text(given if isinstance(given, str) else json.dumps(given, default=str))
    return shown(text, 60)


def _clause(route: Route, kind: Kind, field: Field, error: InvalidValue) -> str:
    match error["type"]:
        case "greater_than_equal" if kind == "seed":
            return "is below 0"
        case "less_than_equal" if kind == "seed":
            return "has more than 64 bits"
        case "greater_than_equal":
            return f"is below {field.minimum}, the lowest that {route.endpoint} takes"
        case "less_than_equal":
            return f"is above {field.maximum}, the highest that {route.endpoint} takes"
        case "literal_error":
            return f"is not one of the values that {route.endpoint} takes"
        case "too_long":
            return f"{route.endpoint} takes at most {field.max_items}"
        case "int_parsing" | "int_type" | "int_from_float" | "int_parsing_size":
            return "is not a whole number"
        case "number_type":
            return "is not a number" if kind == "number" else "is not a whole number"
        case "float_parsing" | "float_type" | "finite_number":
            return "is not a number"
        case "bool_parsing" | "bool_type":
            return "is neither true nor false"
        case "size" | "size_bound" | "size_grid" | "size_area" | "lora" | "url":
            return str(error["msg"])
        case _:
            return f"is not valid: {str(error['msg'])[:1].lower()}{str(error['msg'])[1:]}"


def _right(name: str, field: Field, error: InvalidValue) -> str | None:
    kind = kind_of(name, field)
    if kind == "size":
        return _right_size(field, error)
    if kind == "url":
        return "give an address that the provider can reach, as in --webhook-url https://example.com/done"
    if kind == "loras":
        return (
            error.get("ctx", {}).get("hint")
            or "give an address or a Hugging Face id, with a scale if you like: --lora owner/weights:0.8"
        )
    if kind == "seed":
        return f"give a whole number from 0 to {MOST}, or `random` for none"
    if field.choices:
        return f"one of: {', '.join(field.choices)}"
    if field.minimum is not None and field.maximum is not None:
        return f"give {'a whole number' if kind == 'integer' else 'a number'} from {field.minimum} to {field.maximum}"
    return None


def pixels_in_words(pixels: int) -> str:
    """A number of pixels, in megapixels if that is a whole number."""
    return f"{pixels // MEGAPIXEL} megapixels" if pixels % MEGAPIXEL == 0 else f"{pixels} pixels"


def _right_size(field: Field, error: InvalidValue) -> str:
    text = str(error["input"])
    if error["type"] == "size" and is_ratio(text):
        return f"the ratios {', '.join(RATIOS)} have one; or give the size in pixels: {_bounds(field)}"
    meant = presets_like(text) or _meant(text, field, error)
    if meant:
        return f"did you mean {' or '.join(f'`{name}`' for name in meant)}?"
    near = suggest(text, field.choices)
    if near.startswith("did you"):
        return near
    return f"give {_bounds(field)}, or one of: {', '.join(field.choices)}"


def _meant(text: str, field: Field, error: InvalidValue) -> list[str]:
    """The sizes or ratios that a text may mean: 1024x1024 for `1024`, 16:9 for `16x9`."""
    if error["type"] != "size":
        ratio = text.strip().lower().replace("x", ":")
        return [ratio] if ratio in RATIOS else []
    size = meant_size(text)
    least, most = field.minimum or 0, field.maximum or float("inf")
    return [str(size)] if size and all(least <= side <= most for side in (size.width, size.height)) else []


def _bounds(field: Field) -> str:
    """The sizes in pixels that a field takes."""
    upwards = "upwards" if field.maximum is None else f"to {field.maximum}"
    bounds = f"WIDTHxHEIGHT with sides from {field.minimum} {upwards}"
    if field.off_grid == "refuse":
        bounds += f" in steps of {field.multiple_of}"
    if field.max_pixels is not None:
        bounds += f" and at most {pixels_in_words(field.max_pixels)}"
    return bounds


def foreign_flag(command: str, flag: str) -> UsageError | None:
    """The error for a flag of other commands only; None when no command has it."""
    parameter = next((p for p in PARAMETERS.values() if flag in p.flags), None)
    if parameter is None:
        return None
    routes = registry.routes()
    takers = dict.fromkeys(r.command for r in routes if parameter.name in (*r.fields, *r.selectors))
    reason = next((parameter.reason(r) for r in routes if r.command == command and parameter.reason(r)), None)
    return UsageError(
        f"`{command}` does not take `{flag}`{': ' + reason if reason else ''}.",
        hint=f"these do: {', '.join(takers)}",
    )
