"""Lays text out for the width of a terminal: tables in columns, terms with wrapped words below."""

from collections.abc import Sequence
from shutil import get_terminal_size
from textwrap import wrap
from unicodedata import combining, east_asian_width

from flux2cli.app import App

_NARROWEST, _WIDEST = 40, 120
_ROOM = 30
"""The least width in columns for wrapped text; a narrower optional column is left out."""


def width_of(app: App) -> int:
    """The width in columns: `COLUMNS`, else the terminal's, else 80; from 40 to 120."""
    text = app.environ.get("COLUMNS", "")
    columns = int(text) if text.isdecimal() and int(text) else get_terminal_size().columns
    return max(_NARROWEST, min(columns, _WIDEST))


def cells_of(text: str) -> int:
    """The cells that a text takes on a terminal: two for a wide character, none for a combining one."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def fitted(text: str, width: int) -> str:
    """The text in exactly `width` cells: filled with spaces, or cut, with an ellipsis at its end."""
    free = width - cells_of(text)
    if free >= 0:
        return text + " " * free
    end = len(text)
    while end and cells_of(text[:end]) > width - 1:
        end -= 1
    return fitted(f"{text[:end]}…", width)


def fitted_end(text: str, width: int) -> str:
    """Like `fitted`, but cut at its beginning: the end of a path says more."""
    start = 0
    while cells_of(text[start:]) > width - bool(start):
        start += 1
    return fitted(f"…{text[start:]}" if start else text, width)


def table(rows: Sequence[Sequence[str]], width: int, *, optional: bool = False) -> list[str]:
    """Rows in columns, two spaces apart. The last is wrapped, or left out if `optional` and there is little room.

    Every row has the same number of cells; the first row is the heading.
    """
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    indent = sum(widths[:-1]) + 2 * (len(widths) - 1)
    if optional and width - indent < _ROOM:
        return table([row[:-1] for row in rows], width)
    lines = []
    for row in rows:
        start = "  ".join(f"{cell:<{size}}" for cell, size in zip(row[:-1], widths[:-1], strict=True))
        words = wrap(row[-1], max(width - indent, 12), break_long_words=False, break_on_hyphens=False) or [""]
        lines.append(f"{start}  {words[0]}".rstrip())
        lines += [f"{'':{indent}}{line}" for line in words[1:]]
    return lines


def entry(term: str, paragraphs: Sequence[str], width: int, *, column: int = 30) -> list[str]:
    """A term and its description: beside it on a wide terminal, below it on a narrow one."""
    indent = column if width >= 2 * column + _ROOM else 6
    lines = [
        line
        for text in paragraphs
        for line in wrap(text, width - indent, break_long_words=False, break_on_hyphens=False)
    ]
    first = f"  {term}"
    if lines and len(first) + 2 <= indent:
        first = f"{first:<{indent}}{lines.pop(0)}"
    return [first, *(f"{'':{indent}}{line}" for line in lines)]
