"""Reads rows from CSV or TSV with a header, by the rules of the standard library's csv module."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice

from flux2cli.catalog.model import Values
from flux2cli.core.batch.columns import COLUMNS, LISTS, Complaint, check_column, is_meta, shown
from flux2cli.core.batch.read_lines import LONGEST_LINE, Line
from flux2cli.core.batch.row import RawRow, RowProblem

_MOST_COLUMNS_REPORTED = 20
_SEPARATORS = {",": "commas", ";": "`;`", "\t": "tabs"}


class _BadLine(Exception):  # noqa: N818 - a way out of csv's parser
    def __init__(self, problem: RowProblem, *, last: bool = False) -> None:
        super().__init__(problem.what)
        self.problem = problem
        self.last = last


class _Source:
    """The iterator of lines that csv's parser reads from.

    `begin` is the number of the present row's first line, 0 before one is read; `text` is the line read last.
    """

    def __init__(self, texts: Iterator[Line], file: str) -> None:
        self._texts = texts
        self._file = file
        self._length = 0
        self.begin = 0
        self.text = ""

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
        self.text = text
        return text


_QUOTES = 'a quoted cell ends with its quote, and quotes inside are doubled: "a ""red"" fox"'


def read_csv(texts: Iterator[Line], file: str, delimiter: str) -> Iterator[RawRow | RowProblem]:
    """The rows below the header, a problem in place of each malformed one. Stops after a header with problems."""
    header: list[str] | None = None
    source = _Source(texts, file)
    for line, cells in _records(source, file, delimiter):
        if isinstance(cells, RowProblem):
            if header is None:  # quotes next to another delimiter make a malformed header
                separated = _other_separator([source.text], delimiter)
                yield cells if separated is None else _separated(separated, file, source.begin)
                return
            yield cells
        elif not any(cell and not cell.isspace() for cell in cells):
            continue
        elif header is None:
            header = [name.strip() for name in cells]
            problems = _header_problems(header, file, line, delimiter)
            if problems:
                yield from problems
                return
        elif len(cells) != len(header):
            yield _ragged(len(cells), len(header), file, line, delimiter)
        else:
            yield RawRow(file=file, line=line, values=_values(header, cells))


def _records(source: _Source, file: str, delimiter: str) -> Iterator[tuple[int, list[str] | RowProblem]]:
    """Rows as lists of cells, or a problem, with the number of the row's first line."""
    # The limit is global to the process and 128 KiB at first, less than a line may have.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        source.begin = 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _BadLine as bad:
            yield 0, bad.problem
            if bad.last:
                return
        except csv.Error as error:
            yield source.begin, _malformed(str(error), file, source.begin)
        else:
            yield source.begin, cells


def _malformed(reason: str, file: str, line: int) -> RowProblem:
    """The problem for an error of csv's parser, recognised by its English text: csv.Error has no other detail."""
    if reason.startswith("new-line character"):
        what, hint = "A carriage return stands inside the row.", r"convert the line ends: tr '\r' '\n'"
    elif reason.startswith("unexpected end"):
        what, hint = "A quote is opened in this row and never closed.", _QUOTES
    else:
        what, hint = f"The quotes of this row do not fit: {reason}.", _QUOTES
    return RowProblem(file=file, line=line, what=what, hint=hint)


def _header_problems(header: Sequence[str], file: str, line: int, delimiter: str) -> list[RowProblem]:
    separator = _other_separator(header, delimiter)
    if separator is not None:
        return [_separated(separator, file, line)]
    return [
        RowProblem(file=file, line=line, what=what, column=shown(name) or None, hint=hint)
        for name, (what, hint) in islice(_complaints(header), _MOST_COLUMNS_REPORTED)
    ]


def _complaints(header: Sequence[str]) -> Iterator[tuple[str, Complaint]]:
    """Each complaint about the header with its column; the name is empty when it concerns the whole header."""
    if all(_is_unlike_any(name) for name in header[:_MOST_COLUMNS_REPORTED]):
        what = f"The first row has to name the columns, and `{shown(next(filter(None, header)))}` is none."
        yield "", (what, "for example: prompt,seed,size; a prompt per line is read with --input-format txt")
        return
    seen: set[str] = set()
    for position, name in enumerate(header, start=1):
        complaint = check_column(name)
        if not name:
            yield "", (f"Column {position} has no name.", "name it, or remove it")
        elif complaint is not None:
            yield name, complaint
        elif name in seen and name not in LISTS:
            yield name, ("The column is there twice.", f"only {' and '.join(LISTS)} can be repeated")
        seen.add(name)


def _is_unlike_any(name: str) -> bool:
    """Whether the name neither is a column nor resembles one."""
    complaint = check_column(name)
    return complaint is not None and str(complaint[1]).startswith("known:")


def _other_separator(header: Sequence[str], delimiter: str) -> str | None:
    """The delimiter that would split these names into known columns; None when none does."""
    for separator in _SEPARATORS:
        if separator == delimiter:
            continue
        parts = [part.strip(' "\r\n') for name in header if separator in name for part in name.split(separator)]
        if any(part in COLUMNS or is_meta(part) for part in parts[:_MOST_COLUMNS_REPORTED]):
            return separator
    return None


def _separated(separator: str, file: str, line: int) -> RowProblem:
    what = f"The header looks as if it were separated by {_SEPARATORS[separator]}."
    hint = f"read it with --input-format {'csv' if separator == ',' else 'tsv'}"
    if separator == ";":
        hint = "save it with commas, or with tabs and --input-format tsv"
    return RowProblem(file=file, line=line, what=what, hint=hint)


def _ragged(cells: int, columns: int, file: str, line: int, delimiter: str) -> RowProblem:
    has = "1 cell" if cells == 1 else f"{cells} cells"
    hint = "a cell may be empty, but not missing"
    if cells > columns:
        hint = f"put quotes around a cell that holds a {'comma' if delimiter == ',' else 'tab'}"
    return RowProblem(file=file, line=line, what=f"The row has {has}, and the header has {columns}.", hint=hint)


def _values(header: Sequence[str], cells: Sequence[str]) -> Values:
    values: dict[str, str | list[str]] = {}
    lists: dict[str, list[str]] = {}
    for name, cell in zip(header, cells, strict=True):
        if not cell or cell.isspace():
            continue
        if name in LISTS:
            values[name] = lists.setdefault(name, [])
            lists[name].append(cell)
        else:
            values[name] = cell
    return values
