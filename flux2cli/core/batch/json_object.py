"""Parses the JSON object of one row. Stricter than the json module, which takes NaN and doubled keys."""

import json
import math
from collections import Counter
from typing import Any, NoReturn

from flux2cli.core.batch.columns import shown
from flux2cli.errors import UsageError
from flux2cli.wire import JsonValue

_OBJECT = 'a {} is an object, as in {"prompt": "a fox", "seed": 7}'

_TEXTS = "an array of texts becomes a prompt per line with: jq -r '.[]'"


def parse_object(text: str, noun: str) -> dict[str, JsonValue]:
    """The object; UsageError when the text is none, or has what cannot be sent. `noun` is what the text is: a line."""
    found = _parsed(text, noun)
    if not isinstance(found, dict):
        hint = _TEXTS if noun == "row" and isinstance(found, str) else _hint_for(text, noun)
        raise UsageError(f"The {noun} is {kind_of_json(found)} and not an object.", hint=hint)
    if "\\u" in text:  # only an escape can make a lone surrogate, which UTF-8 cannot encode
        for name, value in found.items():
            _check_texts(name, value)
    return found


def kind_of_json(value: object) -> str:
    """What a JSON value is, in words."""
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


def _parsed(text: str, noun: str) -> JsonValue:
    try:
        found: JsonValue = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise UsageError(_not_json(error, noun), hint=_hint_for(text, noun)) from None
    except RecursionError:
        raise UsageError("The JSON is nested too deeply.", hint=_OBJECT.replace("{}", noun, 1)) from None
    except ValueError:  # Python limits the digits of an integer, since parsing takes quadratic time
        raise UsageError(f"The {noun} has a number with too many digits.") from None
    return found


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


def _not_json(error: json.JSONDecodeError, noun: str) -> str:
    reason = f"{error.msg[:1].lower()}{error.msg[1:]}".removesuffix(" at")
    line = f"line {error.lineno} of it, " if error.lineno > 1 else ""
    return f"The {noun} is not JSON: {reason} at {line}character {error.colno}."


def _hint_for(text: str, noun: str) -> str:
    right, start = _OBJECT.replace("{}", noun, 1), text.strip()
    if noun == "line" and start.startswith("["):
        return f"{right}; a file that is an array is read with --input-format json, or made lines of: jq -c '.[]'"
    if start in ("{", "}", "},"):
        return f"{right}; objects of several lines become one each with: jq -c ."
    return right


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name in found if counts[name] > 1)
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
