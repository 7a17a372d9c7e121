"""Shortens values in messages: a prompt, a path or a `data:` URI may have megabytes, and a message is a sentence."""

import re

LONGEST = 100
"""Characters of a value that a message shows."""

_QUOTE = re.compile(r"(?<![^\s(])`(.+?)`(?=[\s.,:;)?!]|$)", re.DOTALL)
"""A quoted value, which may have backticks inside."""


def shown(value: str, most: int = LONGEST) -> str:
    """The value in at most `most` characters: its beginning and its end, since a path's end says the most."""
    if len(value) <= most:
        return value
    head = most * 2 // 3
    return f"{value[:head]}...{value[len(value) - (most - 3 - head) :]}"


def shorten_quotes(message: str) -> str:
    """The message with everything that it quotes in backticks shortened."""
    return message if len(message) <= LONGEST else _QUOTE.sub(lambda found: f"`{shown(found[1])}`", message)
