"""Takes the power out of text from outside before a terminal sees it."""


def clean(text: str) -> str:
    """The text without control characters (escapes, bells, carriage returns, bidi overrides), on one line.

    Prompts and servers' words reach a terminal only through here.
    """
    return "".join(c if c.isprintable() or c == " " else _visible(c) for c in text)


def _visible(character: str) -> str:
    return " " if character in "\n\t\r" else "\N{REPLACEMENT CHARACTER}"
