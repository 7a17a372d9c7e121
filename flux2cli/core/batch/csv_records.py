"""Splits lines of CSV into rows of cells by the standard library's csv module, and names what is malformed."""

import csv
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flux2cli.core.batch.read_lines import LONGEST_LINE, Line
from flux2cli.core.batch.row import RowProblem

_QUOTES = 'a quoted cell ends with its quote, and quotes inside are doubled: "a ""red"" fox"'


class Record(NamedTuple):
    """One row of cells, without the blanks around them, or its problem. `line` is the number of its first line.

    `written` holds the cells with their blanks. `last` is the text of the last line that was read.
    """

    line: int
    cells: list[str] | RowProblem
    written: list[str]
    last: str


def read_records(texts: Iterator[Line], file: str, delimiter: str) -> Iterator[Record]:
    """The rows, blank ones included, and a problem in place of each malformed one."""
    # The limit is global to the process and 128 KiB at first, less than a line may have.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))
    source = _Source(texts, file)
    reader = csv.reader(source, delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        source.begin, source.lines = 0, []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _BadLine as bad:
            yield Record(bad.problem.line or 0, bad.problem, [], "")
            if bad.last:
                return
        except csv.Error as error:
            yield _literal(source, delimiter, _malformed(str(error), file, source.begin))
        else:
            yield _stripped(source, delimiter, cells)


class _BadLine(Exception):  # noqa: N818 - a way out of csv's parser
    def __init__(self, problem: RowProblem, *, last: bool = False) -> None:
        super().__init__(problem.what)
        self.problem = problem
        self.last = last


class _Source:
    """The iterator of lines that csv's parser reads from.

    `begin` is the number of the present row's first line, 0 before one is read; `lines` are the row's lines so far.
    """

    def __init__(self, texts: Iterator[Line], file: str) -> None:
        self._texts = texts
        self._file = file
        self._length = 0
        self.begin = 0
        self.lines: list[str] = []

    def __iter__(self) -> "_Source":
        return self

    def __next__(self) -> str:
        number, text = next(self._texts)
        if isinstance(text, RowProblem):
            raise _BadLine(text)
        if not self.begin:
            self.begin, self._length = number, 0
        self._length += len(text)
        if self._length > LONGEST_LINE:
            what = f"A quote is opened in this row and not closed within {LONGEST_LINE >> 20} MiB."
            raise _BadLine(RowProblem(file=self._file, line=self.begin, what=what, hint=_QUOTES), last=True)
        self.lines.append(text)
        return text


def _stripped(source: _Source, delimiter: str, cells: list[str]) -> Record:
    plain = [cell.strip() for cell in cells]
    blanks = any(line.startswith(" ") or f"{delimiter} " in line for line in source.lines)
    written = _with_blanks(source.lines, delimiter) if blanks else cells
    return Record(source.begin, plain, written if len(written) == len(plain) else plain, source.lines[-1])


def _literal(source: _Source, delimiter: str, problem: RowProblem) -> Record:
    """The row if its quotes are ordinary characters, after a blank (`7, "FOX" in neon`) or between tabs."""
    written = _with_blanks(source.lines, delimiter)
    if not written and delimiter == "\t" and len(source.lines) == 1:
        written = source.lines[0].rstrip("\r\n").split("\t")
    return Record(source.begin, [cell.strip() for cell in written] or problem, written, source.lines[-1])


def _with_blanks(lines: Sequence[str], delimiter: str) -> list[str]:
    """The cells of one row with the blanks before them; empty if the lines are not one row then."""
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return []
    return rows[0] if len(rows) == 1 else []


def _malformed(reason: str, file: str, line: int) -> RowProblem:
    """The problem for an error of csv's parser, recognised by its English text: csv.Error has no other detail."""
    if reason.startswith("new-line character"):
        what, hint = "A carriage return stands inside the row.", r"convert the line ends: tr '\r' '\n'"
    elif reason.startswith("unexpected end"):
        what, hint = "A quote is opened in this row and never closed.", _QUOTES
    else:
        what, hint = f"The quotes of this row do not fit: {reason}.", _QUOTES
    return RowProblem(file=file, line=line, what=what, hint=hint)
