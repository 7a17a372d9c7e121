"""Reads rows from JSON Lines, one object per line."""

from collections.abc import Iterator

from flux2cli.core.batch.column_rules import ColumnRules
from flux2cli.core.batch.json_rows import JsonRows
from flux2cli.core.batch.read_lines import Line
from flux2cli.core.batch.row import RawRow, RowProblem


def read_jsonl(texts: Iterator[Line], file: str, rules: ColumnRules) -> Iterator[RawRow | RowProblem]:
    """A row or problems for every line that is not blank."""
    rows = JsonRows(file, rules, noun="line")
    for number, text in texts:
        if isinstance(text, RowProblem):
            yield text
        elif text and not text.isspace():
            yield from rows.of(text.rstrip("\r\n"), number)
