"""Reads the header of a CSV file: the columns that it names, and what is wrong with it."""

from collections.abc import Iterator, Sequence
from itertools import islice

from flux2cli.core.batch.column_rules import ColumnRules
from flux2cli.core.batch.columns import LISTS, Complaint, shown
from flux2cli.core.batch.delimiters import NAMES, other_delimiter
from flux2cli.core.batch.row import RowProblem

_MOST_REPORTED = 20
_JSON = "JSON is read with --input-format json, or jsonl for an object per line"


def header_problems(
    names: Sequence[str], *, file: str, line: int, delimiter: str, rules: ColumnRules
) -> list[RowProblem]:
    """What is wrong with the header; a problem without a column means that no row below it can be read."""
    separator = other_delimiter(names, delimiter, rules)
    if separator is not None:
        return [separated(separator, file, line)]
    return [
        RowProblem(file=file, line=line, what=what, column=name, hint=hint)
        for name, what, hint in islice(_complaints(names, rules), _MOST_REPORTED)
    ]


def columns_to_read(names: Sequence[str], rules: ColumnRules) -> list[str | None]:
    """The column that each cell belongs to, also what is meant by an unknown one if that is likely; None for none."""
    columns = rules.columns(names)
    known = {column for column in columns if isinstance(column, str)}
    return [
        column if isinstance(column, str) else column.meant if column.meant not in known else None for column in columns
    ]


def separated(separator: str, file: str, line: int) -> RowProblem:
    """The problem of a header that has another separator than the file's format."""
    what = f"The header looks as if it were separated by {NAMES[separator]}."
    form = "tsv" if separator == "\t" else "csv"
    return RowProblem(file=file, line=line, what=what, hint=f"read it with --input-format {form}")


def _complaints(names: Sequence[str], rules: ColumnRules) -> Iterator[tuple[str | None, str, str]]:
    """Each complaint about the header with its column, None when it concerns the whole header."""
    columns = rules.columns(names)
    missing = rules.missing(columns)
    if not missing and not any(rules.recognises(name) for name in names[:_MOST_REPORTED]):
        what = f"The first row has to name the columns, and `{shown(next(filter(None, names)))}` is none."
        is_json = names[0].startswith(("{", "["))
        yield None, what, _JSON if is_json else "for example: prompt,seed,size"
        return
    for name in missing:
        what = f"The prompt template needs the column `{shown(name)}`, and the header has none."
        yield None, what, f"it has: {', '.join(shown(name) for name in names[:_MOST_REPORTED])}"
    seen: set[str] = set()
    for position, (name, column) in enumerate(zip(names, columns, strict=True), start=1):
        if not name:
            yield f"column {position}", "The column has no name.", "name it, or remove it"
        elif isinstance(column, Complaint):
            yield shown(name), column.what, column.hint
        elif column in seen and column not in LISTS:
            yield shown(name), "The column is there twice.", f"only {' and '.join(LISTS)} can be repeated"
        else:
            seen.add(column)
