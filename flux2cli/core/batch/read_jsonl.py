"""Reads rows from JSON Lines, one object per line. Stricter than the json module, and checks the names of columns."""

import json
import math
from collections.abc import Iterator
from typing import Any, NoReturn

from flux2cli.core.batch.columns import LISTS, TEXTS, check_column, shown
from flux2cli.core.batch.read_lines import Line
from flux2cli.core.batch.row import RawRow, RowProblem
from flux2cli.errors import UsageError
from flux2cli.wire import JsonObject, JsonValue

_OBJECT = 'a line is an object, as in {"prompt": "a fox", "seed": 7}'


def read_jsonl(texts: Iterator[Line], file: str) -> Iterator[RawRow | RowProblem]:
    """A row or a problem for every line that is not blank."""
    for number, text in texts:
        if isinstance(text, RowProblem):
            yield text
        elif text and not text.isspace():
            try:
                yield RawRow(file=file, line=number, values=_values(_parsed(text.rstrip("\r\n")), text))
            except UsageError as error:
                yield RowProblem(file=file, line=number, what=error.message, column=error.about, hint=error.hint)


def _parsed(text: str) -> dict[str, JsonValue]:
    try:
        found = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise UsageError(_not_json(error), hint=_hint_for(text)) from None
    except RecursionError:
        raise UsageError("The JSON is nested too deeply.", hint=_OBJECT) from None
    except ValueError:  # Python limits the digits of an integer, since parsing takes quadratic time
        raise UsageError("The line has a number with too many digits.") from None
    if not isinstance(found, dict):
        raise UsageError(f"The line is {_kind(found)} and not an object.", hint=_hint_for(text))
    return found


def _values(found: dict[str, JsonValue], text: str) -> dict[str, JsonValue]:
    if "\\u" in text:  # only an escape can make a lone surrogate, which UTF-8 cannot encode
        for name, value in found.items():
            _check_texts(name, value)
    values: dict[str, JsonValue] = {}
    for name, value in found.items():
        if name == "meta":
            for part, inner in _meta(value).items():
                _put(values, f"meta.{part}", inner)
        else:
            _put(values, name, value)
    return values


def _meta(value: JsonValue) -> JsonObject:
    if value is not None and not isinstance(value, dict):
        raise UsageError(
            f"It is {_kind(value)} and not an object.", hint='for example: "meta": {"scene": "1"}', about="meta"
        )
    return value or {}


def _put(values: dict[str, JsonValue], name: str, value: JsonValue) -> None:
    """Add a value under its column, unless it is empty; UsageError for an unknown column or a wrong kind of value."""
    complaint = check_column(name)
    if complaint is not None:
        raise UsageError(complaint[0], hint=complaint[1], about=shown(name) or None)
    if _is_empty(value) or (name in LISTS and value == []):
        return
    if name in values:  # once in `meta`, once beside it
        raise UsageError("It is given twice.", about=shown(name))
    if name in LISTS:
        values[name] = _listed(name, value)
    else:
        values[name] = _as_text(name, value) if name in TEXTS or name.startswith("meta.") else value


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and (not value or value.isspace()))


def _listed(name: str, value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list):
        return [value]
    if any(_is_empty(item) for item in value):
        raise UsageError("The list has an empty entry.", hint="remove it", about=name)
    return value


def _as_text(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list | dict):
        raise UsageError(f"It is {_kind(value)} and not text.", about=shown(name))
    return json.dumps(value)


def _check_texts(name: str, value: object) -> None:
    """UsageError when a string in the value, at any depth, has a lone surrogate or a NUL."""
    left = [name, value]
    while left:
        item = left.pop()
        if isinstance(item, dict):
            left += [*item, *item.values()]
        elif isinstance(item, list):
            left += item
        elif isinstance(item, str) and ("\0" in item or not _is_whole(item)):
            reason = "a NUL character" if "\0" in item else "half of a surrogate pair"
            raise UsageError(f"It is not text that can be sent: it has {reason}.", about=shown(name))


def _is_whole(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _kind(value: object) -> str:
    match value:
        case dict():
            return "an object"
        case list():
            return "a list"
        case str():
            return "text"
        case bool() | None:
            return f"`{json.dumps(value)}`"
        case _:
            return "a number"


def _not_json(error: json.JSONDecodeError) -> str:
    reason = f"{error.msg[:1].lower()}{error.msg[1:]}".removesuffix(" at")
    return f"The line is not JSON: {reason} at character {error.pos + 1}."


def _hint_for(text: str) -> str:
    start = text.lstrip()
    if start.startswith("["):
        return f"{_OBJECT}; an array becomes lines with: jq -c '.[]'"
    if start.rstrip() in ("{", "}", "},"):
        return f"{_OBJECT}; objects of several lines become one each with: jq -c ."
    return _OBJECT


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise UsageError(f"The key `{shown(twice)}` is there twice.")
    return found


def _refuse_constant(text: str) -> NoReturn:
    """UsageError for NaN and Infinity, which the json module accepts and JSON does not have."""
    raise UsageError(f"`{text}` is not a number that JSON has.", hint="leave the key out, or give null")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise UsageError(f"`{shown(text)}` is too large for a number.")
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_float=_finite)
