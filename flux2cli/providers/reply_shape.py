"""Describes the shape of a response: its status, and names and types of its fields. No value of a field is in it."""

import re
from collections.abc import Mapping, Sequence

from flux2cli.wire import HttpResponse

_DEEPEST = 5
_MOST_FIELDS = 20
_LONGEST = 400
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,40}")


def reply_shape(response: HttpResponse) -> str:
    """The shape of a response, such as `HTTP 422 {detail: [{loc: [text], msg: text}]}`."""
    data = response.json()
    if data is None:
        kind = _MEDIA_TYPE.match(response.headers.get("content-type", "").lower())
        return f"HTTP {response.status} {kind[0] if kind else 'of no type'}, {len(response.body)} bytes, no JSON"
    return f"HTTP {response.status} {json_shape(data)}"


def json_shape(data: object) -> str:
    """The shape of a JSON value: the names of fields, and types in place of values, cut at 400 characters."""
    text = _shape(data, _DEEPEST)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _shape(value: object, levels: int) -> str:
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return "boolean"
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return _fields(value, levels - 1) if levels else "{…}"
    if isinstance(value, Sequence):
        return _items(value, levels - 1) if levels else "[…]"
    return "number"


def _fields(value: Mapping[object, object], levels: int) -> str:
    shown = [f"{_name(name)}: {_shape(item, levels)}" for name, item in list(value.items())[:_MOST_FIELDS]]
    return f"{{{', '.join([*shown, *(['…'] if len(value) > _MOST_FIELDS else [])])}}}"


def _name(name: object) -> str:
    """The field's name, `?` for one that may be a value: a sentence, a path, an address."""
    return name if isinstance(name, str) and _NAME.fullmatch(name) else "?"


def _items(value: Sequence[object], levels: int) -> str:
    """The distinct shapes of a list's items."""
    return f"[{', '.join(dict.fromkeys(_shape(item, levels) for item in value[:_MOST_FIELDS]))}]"
