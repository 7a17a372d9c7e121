"""Shortens values in messages: a prompt, a path or a `data:` URI may have megabytes, and a message is a sentence."""

import re
from collections.abc import Iterator

LONGEST = 100
"""Characters of a value that a message shows."""

_OPENING = re.compile(r"(?<![^\s(])`")
_CLOSING = re.compile(r"`(?=[\s.,:;)?!]|$)")
"""The backticks around a quoted value, which may have others inside."""


def shown(value: str, most: int = LONGEST) -> str:
    """The value in at most `most` characters: its beginning and its end, since a path's end says the most."""
    if len(value) <= most:
        return value
    head = most * 2 // 3
    return f"{value[:head]}...{value[len(value) - (most - 3 - head) :]}"


def shorten_quotes(message: str) -> str:
    """The message with everything that it quotes in backticks shortened."""
    return message if len(message) <= LONGEST else "".join(_shortened(message))


def _shortened(message: str) -> Iterator[str]:
    """The message in pieces. Each backtick is looked at once: one pattern for pairs of them takes quadratic time."""
    closings = (found.start() for found in _CLOSING.finditer(message))
    at, end = 0, 0
    for opening in _OPENING.finditer(message):
        begin = opening.end()
        if opening.start() < at:  # inside of the last value
            continue
        while end <= begin:
            found = next(closings, None)
            if found is None:
                yield message[at:]
                return
            end = found
        yield f"{message[at:begin]}{shown(message[begin:end])}`"
        at = end + 1
    yield message[at:]
