"""Extracts the text of an error response, wherever the provider puts it. Decides nothing."""

from collections.abc import Mapping

_LONGEST = 300
_LONGEST_WORD = 40
_DEEPEST = 8
_MOST_ERRORS = 20
_NAMES = ("message", "error_message", "msg", "detail", "error", "reason")


def sentence(start: str, text: str | None) -> str:
    """The sentence `START: TEXT.` on one line, with the provider's text if there is any."""
    words = " ".join((text or "").split())
    return f"{start}: {words[:_LONGEST].rstrip('.')}." if words else f"{start}."


def word(value: object) -> str:
    """A word of a response, such as a unit, on one line and not long; `?` for what is none."""
    return " ".join(value.split())[:_LONGEST_WORD] or "?" if isinstance(value, str) else "?"


def words(value: object, levels: int = _DEEPEST) -> str | None:
    """The text of an error that is a string, an object, a list of such, or missing; None below so many levels."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, list) and levels:
        found = [text for text in (_located(item, levels - 1) for item in value[:_MOST_ERRORS]) if text]
        return "; ".join(found) or None
    if isinstance(value, Mapping) and levels:
        return next((text for name in _NAMES if (text := words(value.get(name), levels - 1))), None)
    return None


def _located(item: object, levels: int) -> str | None:
    """One entry of a list of errors, with the field that it is about."""
    text = words(item, levels)
    loc = item.get("loc") if isinstance(item, Mapping) else None
    if text is None or not isinstance(loc, list):
        return text
    place = ".".join(str(part) for part in loc if part != "body")
    return f"{place}: {text}" if place else text
