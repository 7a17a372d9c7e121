"""Reads rows from CSV or TSV with a header."""

from collections.abc import Iterator, Sequence

from flux2cli.catalog.model import Values
from flux2cli.core.batch.column_rules import ColumnRules
from flux2cli.core.batch.columns import LISTS
from flux2cli.core.batch.csv_header import columns_to_read, header_problems, separated
from flux2cli.core.batch.csv_records import read_records
from flux2cli.core.batch.delimiters import NAMES, other_delimiter, with_delimiter
from flux2cli.core.batch.read_lines import Line
from flux2cli.core.batch.row import RawRow, RowProblem

_IN_KEYS = ("id", "prompt", "negative_prompt", "image")
"""Columns whose blanks were part of the row key before they were dropped from cells."""


def read_csv(texts: Iterator[Line], file: str, delimiter: str, rules: ColumnRules) -> Iterator[RawRow | RowProblem]:
    """The rows below the header, a problem in place of each malformed one. Stops after a header that names nothing.

    Other problems of the header do not hide those of the rows.
    """
    delimiter, texts = with_delimiter(texts, delimiter, rules)
    header: list[str | None] | None = None
    for line, cells, written, last in read_records(texts, file, delimiter):
        if isinstance(cells, RowProblem):
            if header is None:  # quotes next to another delimiter make a malformed header
                separator = other_delimiter([last], delimiter, rules)
                yield cells if separator is None else separated(separator, file, line)
                return
            yield cells
        elif not any(cells):
            continue
        elif header is None:
            names = _without_end(cells, 0)
            problems = header_problems(names, file=file, line=line, delimiter=delimiter, rules=rules)
            yield from problems
            if any(problem.column is None for problem in problems):
                return
            header = columns_to_read(names, rules)
        elif len(full := _without_end(cells, len(header))) != len(header):
            yield _ragged(len(full), len(header), file, line, delimiter)
        else:
            yield RawRow(file=file, line=line, values=_values(header, full), written=_written(header, full, written))


def _without_end(cells: Sequence[str], columns: int) -> Sequence[str]:
    """The cells without empty ones behind the last column; spreadsheets write those for cells that were once used."""
    end = len(cells)
    while end > columns and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _ragged(cells: int, columns: int, file: str, line: int, delimiter: str) -> RowProblem:
    has = "1 cell" if cells == 1 else f"{cells} cells"
    hint = "a cell may be empty, but not missing"
    if cells > columns:
        hint = f"put quotes around a cell that holds a {NAMES.get(delimiter, delimiter).removesuffix('s')}"
    return RowProblem(file=file, line=line, what=f"The row has {has}, and the header has {columns}.", hint=hint)


def _values(header: Sequence[str | None], cells: Sequence[str]) -> Values:
    values: dict[str, str | list[str]] = {}
    lists: dict[str, list[str]] = {}
    for name, cell in zip(header, cells, strict=True):
        if not cell or name is None:
            continue
        if name in LISTS:
            values[name] = lists.setdefault(name, [])
            lists[name].append(cell)
        else:
            values[name] = cell
    return values


def _written(header: Sequence[str | None], cells: Sequence[str], written: Sequence[str]) -> Values:
    """The values of which the row key is made and around which blanks were dropped, as they were written."""
    if written == cells:
        return {}
    values = _values(header, cells)
    before = _values(header, [raw if cell else "" for cell, raw in zip(cells, written, strict=False)])
    return {name: before[name] for name in _IN_KEYS if name in values and before[name] != values[name]}
