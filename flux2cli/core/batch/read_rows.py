"""Parses prompt files into rows, a line at a time. Opens no file; checks the names of columns but not their values."""

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from flux2cli.core.batch.read_csv import read_csv
from flux2cli.core.batch.read_jsonl import read_jsonl
from flux2cli.core.batch.read_lines import LONGEST_LINE, Line, decode_lines
from flux2cli.core.batch.row import Format, RawRow, RowProblem
from flux2cli.core.request.messages import suggest
from flux2cli.errors import UsageError

__all__ = ["LONGEST_LINE", "format_of", "read_rows"]

_FORMATS: dict[str, Format] = {"txt": "txt", "csv": "csv", "tsv": "tsv", "jsonl": "jsonl", "ndjson": "jsonl"}


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
    if suffix not in _FORMATS:
        likely = "jsonl" if suffix == "json" else "txt"
        others = ", ".join(dict.fromkeys(known for known in _FORMATS.values() if known != likely))
        raise UsageError(
            f"The name `{name}` does not tell which format the file has.",
            hint=f"add --input-format {likely} (or {others})",
        )
    return _FORMATS[suffix]


def read_rows(lines: Iterable[bytes], format: Format, file: str) -> Iterator[RawRow | RowProblem]:  # noqa: A002
    """The rows and problems of one file, in order. Keeps at most one row in memory.

    `lines` include their line ends; one of more than LONGEST_LINE bytes may be cut off there, and becomes a problem.
    `file` is the name used in messages. A file without rows is a problem, too.
    """
    empty = True
    for found in _read(decode_lines(lines, file, format), format, file):
        empty = False
        yield found
    if empty:
        hint = "the rows follow the header" if format in ("csv", "tsv") else "it needs a line for every image"
        yield RowProblem(file=file, line=None, what="There are no rows in it.", hint=hint)


def _read(lines: Iterator[Line], format: Format, file: str) -> Iterator[RawRow | RowProblem]:  # noqa: A002
    match format:
        case "txt":
            return _read_txt(lines, file)
        case "jsonl":
            return read_jsonl(lines, file)
        case "csv":
            return read_csv(lines, file, ",")
        case "tsv":
            return read_csv(lines, file, "\t")


def _read_txt(lines: Iterator[Line], file: str) -> Iterator[RawRow | RowProblem]:
    """One prompt per line; skips blank lines and lines that begin with `#`."""
    for number, text in lines:
        if isinstance(text, RowProblem):
            yield text
        elif (prompt := text.strip()) and not prompt.startswith("#"):
            yield RawRow(file=file, line=number, values={"prompt": prompt})
