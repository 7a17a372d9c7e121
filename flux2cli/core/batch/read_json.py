"""Reads rows from a JSON array of objects, however its lines are broken. Holds one object in memory at a time."""

import re
from collections.abc import Iterator
from itertools import chain

from flux2cli.core.batch.column_rules import ColumnRules
from flux2cli.core.batch.json_rows import JsonRows
from flux2cli.core.batch.read_jsonl import read_jsonl
from flux2cli.core.batch.read_lines import LONGEST_LINE, Line
from flux2cli.core.batch.row import RawRow, RowProblem

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{},]')
"""A string, which ends on its line, or what gives JSON its structure."""


def read_json(texts: Iterator[Line], file: str, rules: ColumnRules) -> Iterator[RawRow | RowProblem]:
    """A row or problems for every object of the array. A file that begins with an object is read as JSON lines."""
    head: list[Line] = []
    for line in texts:
        head.append(line)
        if not isinstance(line[1], str) or line[1].strip():
            break
    if not head or not isinstance(head[-1][1], str) or not head[-1][1].lstrip().startswith("["):
        yield from read_jsonl(chain(head, texts), file, rules)
        return
    rows = JsonRows(file, rules, noun="row")
    array = _Array(file)
    for number, text in chain(head[-1:], texts):
        if isinstance(text, RowProblem):
            yield text
            return
        for begin, piece in array.read(number, text):
            yield from rows.of(piece, begin)
        if array.problem is not None:
            yield array.problem
            return
    if not array.closed:
        yield RowProblem(file=file, line=array.begin, what="The array is not closed.", hint="it ends with `]`")


class _Array:
    """Cuts an array that comes line by line into its elements. `problem` ends it; `begin` is the element's first line.

    `depth` counts the brackets that are open: 0 outside of the array, 1 between its elements.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._depth = 0
        self._pieces: list[str] = []
        self._length = 0
        self.begin = 0
        self.closed = False
        self.problem: RowProblem | None = None

    def read(self, number: int, text: str) -> Iterator[tuple[int, str]]:
        """The elements that end in this line, each with the number of its first line."""
        at = 0
        for token in _TOKEN.finditer(text):
            if self.closed:
                break
            mark = token[0]
            if self._depth == 1 and mark in (",", "]"):
                self._take(number, text[at : token.start()])
                yield from self._element()
                at = token.end()
            if mark in ("[", "{"):
                if self._depth == 0:
                    at = token.end()
                self._depth += 1
            elif mark in ("]", "}"):
                self._depth -= 1
                self.closed = self._depth == 0
        self._take(number, text[at:])
        self._check(number)

    def _take(self, number: int, text: str) -> None:
        if not self._pieces:
            text = text.lstrip()
            self.begin = number
        if text:
            self._pieces.append(text)
            self._length += len(text)

    def _element(self) -> Iterator[tuple[int, str]]:
        piece = "".join(self._pieces).rstrip()
        self._pieces, self._length = [], 0
        if piece:
            yield self.begin, piece

    def _check(self, number: int) -> None:
        if self.closed and self._pieces:
            self._end(number, "Something follows the end of the array.", "several arrays become one with: jq -s add")
        elif self._length > LONGEST_LINE:
            what = f"The object has more than {LONGEST_LINE >> 20} MiB."
            self._end(self.begin, what, "is a bracket or a quote missing?")

    def _end(self, line: int, what: str, hint: str) -> None:
        self.problem = RowProblem(file=self._file, line=line, what=what, hint=hint)
