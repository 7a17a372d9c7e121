"""Prompt files to rows, a line at a time. Opens nothing, and knows the names of columns but not what they may hold."""

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from flux2cli.core.batch.read_csv import read_csv
from flux2cli.core.batch.read_jsonl import read_jsonl
from flux2cli.core.batch.read_lines import LONGEST_LINE, Text, texts
from flux2cli.core.batch.row import Format, RawRow, RowProblem
from flux2cli.core.request.messages import suggest
from flux2cli.errors import UsageError

__all__ = ["LONGEST_LINE", "format_of", "read_rows"]

_FORMATS: dict[str, Format] = {"txt": "txt", "csv": "csv", "tsv": "tsv", "jsonl": "jsonl", "ndjson": "jsonl"}


def format_of(name: str, wanted: str | None) -> Format:
    """The format of a file: what `--input-format` says, else what the suffix does, else text lines on stdin (`-`).

    UsageError when neither tells. The flag counts for more, since a header taken for a prompt would be paid for.
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
    """The rows of one file and what is wrong in it, in order.

    `lines` have their line ends; one with more than LONGEST_LINE bytes may be cut, and is a problem. `file` is the
    name for messages. A file without any row is a problem, too. At most one row is held at a time.
    """
    empty = True
    for found in _read(texts(lines, file, format), format, file):
        empty = False
        yield found
    if empty:
        hint = "the rows follow the header" if format in ("csv", "tsv") else "it needs a line for every image"
        yield RowProblem(file=file, line=None, what="There are no rows in it.", hint=hint)


def _read(lines: Iterator[Text], format: Format, file: str) -> Iterator[RawRow | RowProblem]:  # noqa: A002
    match format:
        case "txt":
            return _read_txt(lines, file)
        case "jsonl":
            return read_jsonl(lines, file)
        case "csv":
            return read_csv(lines, file, ",")
        case "tsv":
            return read_csv(lines, file, "\t")


def _read_txt(lines: Iterator[Text], file: str) -> Iterator[RawRow | RowProblem]:
    """A prompt per line; blank lines and those that begin with `#` are skipped."""
    for number, text in lines:
        if isinstance(text, RowProblem):
            yield text
        elif (prompt := text.strip()) and not prompt.startswith("#"):
            yield RawRow(file=file, line=number, values={"prompt": prompt})
