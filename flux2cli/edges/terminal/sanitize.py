"""Strips from text what a terminal or a CI runner would obey, before it is written to one."""


def clean(text: str) -> str:
    """The text on one line, its control characters (escapes, bells, bidi overrides) replaced by U+FFFD.

    All text from prompts and servers goes through here before a terminal gets it. `##[`, with which a command to
    GitHub's runner begins anywhere in a line, gets a space.
    """
    shown = "".join(c if c.isprintable() or c == " " else _visible(c) for c in text)
    return shown.replace("##[", "## [") if "##[" in shown else shown


def clean_line(text: str) -> str:
    """The text as a whole line. `> ` precedes one that begins with `::`: it would be a command to GitHub's runner."""
    line = clean(text)
    return f"> {line}" if line.lstrip().startswith("::") else line


def _visible(character: str) -> str:
    return " " if character in "\n\t\r" else "\N{REPLACEMENT CHARACTER}"
