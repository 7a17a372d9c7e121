"""Extracts the text of an error response, wherever the provider puts it. Decides nothing."""

from collections.abc import Mapping

_LONGEST = 300
_NAMES = ("message", "error_message", "msg", "detail", "error", "reason")


def sentence(start: str, text: str | None) -> str:
    """The sentence `START: TEXT.` on one line, with the provider's text if there is any."""
    words = " ".join((text or "").split())
    return f"{start}: {words[:_LONGEST].rstrip('.')}." if words else f"{start}."


def words(value: object) -> str | None:
    """The text of an error that is a string, an object, a list of such, or missing."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, list):
        found = [text for text in (_located(item) for item in value) if text]
        return "; ".join(found) or None
    if isinstance(value, Mapping):
        return next((text for name in _NAMES if (text := words(value.get(name)))), None)
    return None


def _located(item: object) -> str | None:
    """One entry of a list of errors, with the field that it is about."""
    text = words(item)
    loc = item.get("loc") if isinstance(item, Mapping) else None
    if text is None or not isinstance(loc, list):
        return text
    place = ".".join(str(part) for part in loc if part != "body")
    return f"{place}: {text}" if place else text
