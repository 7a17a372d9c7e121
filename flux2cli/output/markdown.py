"""Renders a manual page's Markdown for a terminal: headings, paragraphs, lists, code blocks, tables. Plain text only.

Supports what the manual uses, not all of Markdown: no nested lists, no images, no HTML but comments, which it drops.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

_INLINE = re.compile(r"\*\*(?P<bold>.+?)\*\*|`(?P<code>[^`]+)`|\[(?P<link>[^\[\]]+)\]\([^()]*\)")
_ITEM = re.compile(r"(-|\*|\d+\.) ")
_BREAKS = ("#", "|", "```", "<!--")
_BOLD, _CODE = "1", "36"
_INDENT = "    "
_GAP = 2
"""Spaces between two columns of a table."""
_LONGEST = 100
"""Columns beyond which lines of prose are hard to read; tables and code may be wider."""

Words = list[tuple[str, int]]
"""Words as they are written, styles included, each with its width in columns."""


def render(text: str, width: int, *, color: bool) -> list[str]:
    """The page as lines, prose and tables wrapped to `width` columns. Without `color` no escape sequences."""
    lines: list[str] = []
    before = ""
    for kind, block in _blocks(text.splitlines()):
        if lines and (kind, before) != ("item", "item"):
            lines.append("")
        lines += _render_block(kind, block, width, color=color)
        before = kind
    return lines


def _render_block(kind: str, block: Sequence[str], width: int, *, color: bool) -> list[str]:
    prose = min(width, _LONGEST)
    if kind == "code":
        return [f"{_INDENT}{line}".rstrip() for line in block]
    if kind == "table":
        return _table([_cells(line) for line in block], width, color=color)
    if kind == "heading":
        title = block[0].lstrip("#").strip()
        return _wrapped(_words(title, color=color, style=_BOLD), prose)
    if kind == "item":
        mark, text = " ".join(line.strip() for line in block).split(" ", maxsplit=1)
        body = _wrapped(_words(text, color=color), prose - len(mark) - 3)
        return [f"  {mark if number == 0 else ' ' * len(mark)} {line}" for number, line in enumerate(body)]
    return _wrapped(_words(" ".join(block), color=color), prose)


def _blocks(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The page's parts in order: (`code`, `heading`, `table`, `item` or `prose`, its lines)."""
    at = 0
    while at < len(lines):
        line, start = lines[at], at
        at += 1
        if line.startswith("```"):
            while at < len(lines) and not lines[at].startswith("```"):
                at += 1
            yield "code", list(lines[start + 1 : at])
            at += 1
        elif line.startswith("#"):
            yield "heading", [line]
        elif line.startswith("|"):
            while at < len(lines) and lines[at].startswith("|"):
                at += 1
            yield "table", list(lines[start:at])
        elif line.strip() and not line.startswith("<!--"):
            while at < len(lines) and lines[at].strip() and not _begins(lines[at]):
                at += 1
            yield "item" if _ITEM.match(line) else "prose", list(lines[start:at])


def _begins(line: str) -> bool:
    """Whether a line ends the paragraph or the list item before it."""
    return line.startswith(_BREAKS) or _ITEM.match(line) is not None


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]


def _table(rows: list[list[str]], width: int, *, color: bool) -> list[str]:
    """Aligned columns with wrapped cells under a bold heading; where they do not fit, a list of rows."""
    heading, body = rows[0], rows[2:]  # the second line is the rule
    cells = [
        [_words(cell, color=color, style=style) for cell in row]
        for row, style in [(heading, _BOLD), *((row, "") for row in body)]
    ]
    columns = list(zip(*cells, strict=True))
    widths = _fitted(
        [max(_width(cell) for cell in column) for column in columns],
        [max((size for cell in column for _, size in cell), default=0) for column in columns],
        width - _GAP * (len(columns) - 1),
    )
    if widths is None:
        return _stacked(heading, body, width, color=color)
    widths = _tightened(columns, widths)
    first, *rest = (line for row in cells for line in _row(row, widths))
    return [first, (" " * _GAP).join("-" * size for size in widths), *rest]


def _fitted(natural: list[int], least: list[int], room: int) -> list[int] | None:
    """Column widths that fit the room; the widest columns shrink first. None when even the least widths do not fit."""
    widths = list(natural)
    while sum(widths) > room:
        loose = [index for index, size in enumerate(widths) if size > least[index]]
        if not loose:
            return None
        widths[max(loose, key=lambda index: widths[index])] -= 1
    return widths


def _tightened(columns: Sequence[Sequence[Words]], widths: Sequence[int]) -> list[int]:
    """The same widths where wrapped words do not fill a column, but with the rest given to the column of most text."""
    used = [
        max(_width(line) for cell in column for line in _lines(cell, size))
        for column, size in zip(columns, widths, strict=True)
    ]
    longest = max(range(len(columns)), key=lambda index: sum(_width(cell) for cell in columns[index]))
    used[longest] += sum(widths) - sum(used)
    used[longest] = min(used[longest], max(_width(cell) for cell in columns[longest]))
    return used


def _row(cells: Sequence[Words], widths: Sequence[int]) -> Iterator[str]:
    wrapped = [_lines(cell, size) for cell, size in zip(cells, widths, strict=True)]
    for number in range(max(map(len, wrapped))):
        parts = [lines[number] if number < len(lines) else [] for lines in wrapped]
        texts = [_joined(part) + " " * (size - _width(part)) for part, size in zip(parts, widths, strict=True)]
        yield (" " * _GAP).join(texts).rstrip()


def _stacked(heading: Sequence[str], body: Sequence[Sequence[str]], width: int, *, color: bool) -> list[str]:
    lines = []
    for row in body:
        lines += _wrapped(_words(row[0], color=color, style=_BOLD), width)
        for name, cell in zip(heading[1:], row[1:], strict=True):
            text = f"{name}: {cell}" if name else cell
            lines += [f"{_INDENT}{line}" for line in _wrapped(_words(text, color=color), width - 4) if cell]
    return lines


def _words(text: str, *, color: bool, style: str = "") -> Words:
    words: Words = []
    is_glued = False
    for piece, look in _pieces(text, style, color=color):
        for part in re.split(r"(\s+)", piece):
            if part and not part.isspace():
                shown = f"\x1b[{look}m{part}\x1b[0m" if look and color else part
                before, size = words.pop() if is_glued and words else ("", 0)
                words.append((before + shown, size + len(part)))
            is_glued = not part.isspace() if part else is_glued
    return words


def _pieces(text: str, style: str, *, color: bool) -> Iterator[tuple[str, str]]:
    """Pieces of text, each with its style; without colours code keeps its backticks."""
    marks = [*_INLINE.finditer(text)]
    ends = [(0, 0), *((mark.start(), mark.end()) for mark in marks), (len(text), len(text))]
    for mark, ((_, start), (end, _)) in zip([*marks, None], pairwise(ends), strict=True):
        yield text[start:end], style
        if mark is None:
            return
        if mark["code"]:
            yield (mark["code"], _CODE) if color else (f"`{mark['code']}`", style)
        else:
            yield from _pieces(mark["bold"] or mark["link"], _BOLD if mark["bold"] else style, color=color)


def _wrapped(words: Words, width: int) -> list[str]:
    return [_joined(line) for line in _lines(words, width)]


def _lines(words: Words, width: int) -> list[Words]:
    lines: list[Words] = [[]]
    for word in words:
        if lines[-1] and _width([*lines[-1], word]) > width:
            lines.append([])
        lines[-1].append(word)
    return lines


def _joined(words: Words) -> str:
    return " ".join(shown for shown, _ in words)


def _width(words: Words) -> int:
    return sum(size for _, size in words) + max(0, len(words) - 1)
