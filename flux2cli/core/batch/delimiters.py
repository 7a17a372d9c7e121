"""Finds out what separates the cells of a CSV file: `sep=` above its header, or what the header splits at."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from flux2cli.core.batch.column_rules import ColumnRules
from flux2cli.core.batch.read_lines import Line

NAMES = {",": "commas", ";": "semicolons", "\t": "tabs"}
"""Delimiters in words."""

_SEP = re.compile(r'"?sep=(\\t|[^"])"?\s*', re.IGNORECASE)
_MOST_PARTS = 20


def with_delimiter(texts: Iterator[Line], delimiter: str, rules: ColumnRules) -> tuple[str, Iterator[Line]]:
    """The delimiter of a file and its lines without a `sep=`; a comma gives way to `;` where that splits the header."""
    head = _first(texts)
    if head is None:
        return delimiter, iter(())
    text = head[1] if isinstance(head[1], str) else ""
    if said := _SEP.fullmatch(text):
        return said[1].replace("\\t", "\t"), texts
    if delimiter == "," and _count(text, ";", rules) > _count(text, ",", rules):
        delimiter = ";"
    return delimiter, chain([head], texts)


def other_delimiter(names: Sequence[str], delimiter: str, rules: ColumnRules) -> str | None:
    """The delimiter that would split these names of a header into known columns; None when none does."""
    others = [other for other in NAMES if other != delimiter]
    return next((o for o in others if any(o in name and _count(name, o, rules) for name in names)), None)


def _first(texts: Iterator[Line]) -> Line | None:
    """The first line that is not blank."""
    return next((line for line in texts if not isinstance(line[1], str) or line[1].strip()), None)


def _count(header: str, delimiter: str, rules: ColumnRules) -> int:
    """How many of the parts between delimiters are columns."""
    parts = header.split(delimiter, _MOST_PARTS)[:_MOST_PARTS]
    return sum(rules.knows(part.strip(' "\r\n')) for part in parts)
