"""Strips control characters from text before it is written to a terminal."""


def clean(text: str) -> str:
    """The text on one line, its control characters (escapes, bells, bidi overrides) replaced by U+FFFD.

    All text from prompts and servers goes through here before a terminal gets it.
    """
    return "".join(c if c.isprintable() or c == " " else _visible(c) for c in text)


def _visible(character: str) -> str:
    return " " if character in "\n\t\r" else "\N{REPLACEMENT CHARACTER}"
