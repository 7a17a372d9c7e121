"""Parses the value of a setting from a flag, an environment variable or a file."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from flux2cli.core.amount_of_bytes import read_amount
from flux2cli.core.settings.origin import Source
from flux2cli.core.settings.table import Setting, SettingKind, Value
from flux2cli.core.settings.url_rules import base_url, webhook_url
from flux2cli.errors import UsageError

_YES = ("1", "true", "yes", "on")
_NO = ("0", "false", "no", "off")
_UNITS = {"s": 1, "m": 60, "h": 3600}
"""Seconds in the units of a time."""
_SECONDS_IN_A_YEAR = 31_536_000
_MOST_DOLLARS = 1_000_000_000
_MOST_EXPONENT = 20


def parse(row: Setting, raw: object, source: Source) -> Value:
    """The value of a setting. A value from a file must have the setting's type; from elsewhere it is text.

    UsageError names the source and quotes the value, but for URLs, which may hold a password.
    """
    try:
        return _PARSERS[row.kind](row, raw, source)
    except ValueError as error:
        secret = row.kind in ("base_url", "webhook") or not isinstance(raw, str | int | Decimal)
        what = source.point_at(row) if secret else source.quote(row, raw)
        raise UsageError(f"{what} {error}.", hint=_hint(row, source)) from None


def _choice(row: Setting, raw: object, _source: Source) -> Value:
    if not isinstance(raw, str) or raw not in row.choices:
        raise ValueError(f"is not one of {', '.join(row.choices)}")
    return raw


def _switch(_row: Setting, raw: object, source: Source) -> Value:
    if isinstance(raw, bool):
        return raw
    if source.is_file:
        raise ValueError("is neither true nor false")
    word = str(raw).strip().lower()
    if word not in _YES + _NO:
        raise ValueError("is neither yes nor no")
    return word in _YES


def _seconds(_row: Setting, raw: object, source: Source) -> Value:
    text, unit = _with_unit(raw)
    number = None if source.is_file and isinstance(raw, str) and not unit else _number(text)
    number = None if number is None else number * _UNITS.get(unit, 1)
    if number is None or not 0 <= number <= _SECONDS_IN_A_YEAR:
        raise ValueError("is not a time from 0 to a year")
    return int(number) if number == int(number) else float(number)


def _with_unit(raw: object) -> tuple[object, str]:
    """A time as it was typed without its unit, as in `90s` or `5m`, and the unit, empty for none."""
    text = raw.strip() if isinstance(raw, str) else ""
    return (text[:-1], text[-1]) if text[-1:] in _UNITS and text[-2:-1].isdecimal() else (raw, "")


def _dollars(_row: Setting, raw: object, _source: Source) -> Value:
    amount = _number(raw)
    if amount is None or not 0 <= amount <= _MOST_DOLLARS:
        raise ValueError("is not an amount of US dollars")
    return abs(amount)  # turns -0 into 0


def _number(raw: object) -> Decimal | None:
    """The number, exactly as written; None when `raw` is not a finite number."""
    if not isinstance(raw, int | float | Decimal | str):
        return None
    try:
        number = Decimal(str(raw).strip())
    except InvalidOperation:
        return None
    exponent = number.as_tuple().exponent  # text for NaN and infinity
    return number if isinstance(exponent, int) and abs(exponent) <= _MOST_EXPONENT else None


def _bytes(_row: Setting, raw: object, _source: Source) -> Value:
    amount = None if isinstance(raw, bool) else read_amount(str(raw))
    if amount is None:
        raise ValueError("is not an amount of bytes, such as 500M or 2G")
    return amount


def _text(_row: Setting, raw: object, _source: Source) -> Value:
    text = _as_text(raw)
    if not text.isprintable():
        raise ValueError("has line breaks or control characters in it")
    return text


def _output(row: Setting, raw: object, source: Source) -> Value:
    if not isinstance(raw, str) or not raw.strip() or "\0" in raw:
        raise ValueError("names no place")
    return _text(row, raw, source) if source.is_file else raw  # a flag may name any existing file


def _base_url(_row: Setting, raw: object, _source: Source) -> Value:
    return base_url(_as_text(raw).strip())


def _webhook(_row: Setting, raw: object, _source: Source) -> Value:
    return webhook_url(_as_text(raw).strip())


def _as_text(raw: object) -> str:
    if isinstance(raw, str):
        return raw
    raise ValueError("is not text")


def _modules(_row: Setting, raw: object, _source: Source) -> Value:
    names = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("is not a list of Python modules")
    found = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    for name in found:
        if not all(part.isidentifier() for part in name.split(".")):
            raise ValueError(f"has `{name}` in it, which is no Python module")
    return found


_PARSERS: Mapping[SettingKind, Callable[[Setting, object, Source], Value]] = {
    "choice": _choice,
    "switch": _switch,
    "seconds": _seconds,
    "dollars": _dollars,
    "bytes": _bytes,
    "text": _text,
    "output": _output,
    "base_url": _base_url,
    "webhook": _webhook,
    "modules": _modules,
}


def _hint(row: Setting, source: Source) -> str | None:
    """An example of a right value, None for choices, which the error itself lists."""
    match row.kind:
        case "switch":
            return "true or false; on the command line and in the environment also 1 or 0"
        case "seconds":
            return "for example 600 (seconds), 90s or 5m; 0 waits for ever"
        case "dollars":
            return "for example 5.00"
        case "output":
            return "give a directory that ends in `/`, or a template such as art/{slug}-{seed}.{ext}"
        case "base_url":
            way = f"unset {row.variable}" if source.kind == "environment" else f"flux2 config unset {row.name}"
            return f"for example http://127.0.0.1:8787; `{way}` goes back to the provider's own"
        case "webhook":
            return "for example https://example.com/done"
        case "modules":
            return 'for example plugins = ["flux2_acme"]; in the environment separated by commas'
        case _:
            return None
