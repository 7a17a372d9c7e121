"""The values that a batch is made of: a row as it was read, what is wrong with one, and one that can run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from flux2cli.core.job.job import Output
from flux2cli.core.request.request import Request

Format = Literal["txt", "csv", "tsv", "jsonl"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """One row as it stands in a file. `line` is where it begins, counted from 1.

    `values` are keyed by column: text, or what JSON says; `image` and `lora` are always lists. What is empty is not
    in it.
    """

    file: str
    line: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """What is wrong in a file: `line` counts from 1 and is None where it is about the whole file.

    `what` is a sentence without the place; `hint` says what would be right.
    """

    file: str
    line: int | None
    what: str
    column: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line is not None else self.file
        return f"{place}: {f'{self.column}: ' if self.column else ''}{self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A validated row. `number` counts all rows of a run from 1; `key` is its identity below an output root."""

    number: int
    file: str
    line: int
    key: str
    request: Request
    output: Output
    id: str | None = None
    label: str | None = None
    meta: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How a person knows it: its id, else the beginning of its prompt."""
        return self.id or str(self.request.values.get("prompt") or self.request.references[0].name)
