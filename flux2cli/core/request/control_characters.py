"""Finds the control characters that have no place in a prompt: C0 and C1, besides tabs and line ends."""

import re

from flux2cli.errors import UsageError

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)")


def check_characters(name: str, text: str) -> None:
    """UsageError about the first control character in the text of the parameter `name`."""
    found = _CONTROL.search(text)
    if found is None:
        return
    lines = text[: found.start()].split("\n")
    line = f"line {len(lines)}, " if "\n" in text else ""
    raise UsageError(
        f"The {name.replace('_', ' ')} has {_named(found[0])} in it ({line}character {len(lines[-1]) + 1}).",
        hint=_hint(found[0]),
        about=name,
    )


def _named(character: str) -> str:
    names = {"\r": "a carriage return", "\0": "a NUL character"}
    return names.get(character) or f"the control character U+{ord(character):04X}"


def _hint(character: str) -> str:
    if character == "\r":
        return r"convert the line ends: tr '\r' '\n'"
    if character >= "\x80":
        return "text in cp1252 that was converted as latin1 has these: convert the original with iconv -f cp1252"
    return "remove it: a prompt is plain text"
