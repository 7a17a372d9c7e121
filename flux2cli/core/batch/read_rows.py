"""Parses prompt files into rows, a line at a time. Opens no file; checks the names of columns but not their values."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePath

from flux2cli.core.batch.column_rules import ColumnRules
from flux2cli.core.batch.read_csv import read_csv
from flux2cli.core.batch.read_json import read_json
from flux2cli.core.batch.read_jsonl import read_jsonl
from flux2cli.core.batch.read_lines import Line, decode_lines
from flux2cli.core.batch.read_txt import read_txt
from flux2cli.core.batch.row import Format, RawRow, RowProblem
from flux2cli.core.batch.row_problems import problem_of
from flux2cli.core.batch.size_columns import with_size
from flux2cli.core.request.messages import suggest
from flux2cli.core.request.text_encoding import SAVE_AS_CSV
from flux2cli.errors import UsageError

_FORMATS: dict[str, Format] = {
    "txt": "txt", "csv": "csv", "tsv": "tsv", "jsonl": "jsonl", "ndjson": "jsonl", "json": "json"
}  # fmt: skip
_NONE = {
    **dict.fromkeys(("xlsx", "xls", "ods", "numbers"), SAVE_AS_CSV),
    **dict.fromkeys(("yaml", "yml"), "make JSON of it, as in: yq -o json . rows.yaml > rows.json"),
    **dict.fromkeys(("png", "jpg", "jpeg", "webp"), "an image to edit is given with -i, or in the column `image`"),
}
"""Hints for suffixes of what is no prompt file."""


def format_of(name: str, wanted: str | None) -> Format:
    """The format of a prompt file: `wanted` (`--input-format`) if given, `txt` for stdin (`-`), else by the suffix.

    UsageError for an unknown format or suffix: a CSV header taken for a prompt would be paid for.
    """
    if wanted is not None:
        if wanted.lower() not in _FORMATS:
            raise UsageError(f"`--input-format {wanted}` is not a format.", hint=suggest(wanted, _FORMATS))
        return _FORMATS[wanted.lower()]
    if name == "-":
        return "txt"
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    if suffix in _NONE:
        raise UsageError(f"`{name}` is not a prompt file.", hint=_NONE[suffix])
    if suffix not in _FORMATS:
        raise UsageError(
            f"The name `{name}` does not tell which format the file has.",
            hint="add --input-format csv, tsv, jsonl, json, or txt for a prompt per line",
        )
    return _FORMATS[suffix]


def read_rows(
    lines: Iterable[bytes],
    format: Format,  # noqa: A002 - the flag's name
    file: str,
    *,
    rules: ColumnRules | None = None,
    typed: bool = False,
) -> Iterator[RawRow | RowProblem]:
    """The rows and problems of one file, in order. Keeps at most one row in memory.

    `lines` include their line ends; one that is longer than `longest_line` may be cut off there, and becomes a problem.
    `file` is the name used in messages. `typed` says that the user named the format. A file without rows is a problem,
    too.
    """
    rules = rules or ColumnRules()
    empty = True
    for found in _read(decode_lines(lines, file, format), format, file, rules, typed=typed):
        empty = False
        yield _finished(found, rules) if isinstance(found, RawRow) else found
    if empty:
        hint = "the rows follow the header" if format in ("csv", "tsv") else "it needs a line for every image"
        yield RowProblem(file=file, line=None, what="There are no rows in it.", hint=hint)


def _read(
    lines: Iterator[Line],
    format: Format,  # noqa: A002
    file: str,
    rules: ColumnRules,
    *,
    typed: bool,
) -> Iterator[RawRow | RowProblem]:
    match format:
        case "txt":
            return read_txt(lines, file, rules, typed=typed)
        case "jsonl":
            return read_jsonl(lines, file, rules)
        case "json":
            return read_json(lines, file, rules)
        case "csv":
            return read_csv(lines, file, ",", rules)
        case "tsv":
            return read_csv(lines, file, "\t", rules)


def _finished(row: RawRow, rules: ColumnRules) -> RawRow | RowProblem:
    """The row with the values that several of its columns make: its prompt and its size."""
    try:
        if rules.template is not None:
            written = {name: value for name, value in row.written.items() if name != "prompt"}
            row = replace(row, values={**row.values, "prompt": rules.template.fill(row.values)}, written=written)
        values = with_size(row.values)
    except UsageError as error:
        return problem_of(error, row)
    return row if values is row.values else replace(row, values=values)
