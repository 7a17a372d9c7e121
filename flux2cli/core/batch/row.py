"""The values of a batch: a row as read from a file, a problem in a file, and a validated row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from flux2cli.catalog.model import Values
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.request import Request
from flux2cli.wire import JsonObject

Format = Literal["txt", "csv", "tsv", "jsonl", "json"]
STDIN = "stdin"
"""What messages call the rows of stdin."""
STDIN_SOURCE = "-"
"""What records call their prompt file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """One row as read from a file. `line` is the number of its first line, counted from 1.

    `values` maps columns to text, or to JSON values; `image` and `lora` are always lists. Empty cells are left out.
    `written` holds the cells around which blanks were dropped as they stand in the file: the row key is made of those.
    """

    file: str
    line: int
    values: Values
    written: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """A problem in a prompt file. `line` counts from 1; None when it concerns the whole file.

    `what` is a sentence that does not name the place; `hint` says what would be right.
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
class CandidateOf:
    """The row that an image is a candidate of: its id, its key, and the place of its image below the output root."""

    id: str
    key: str
    place: str

    def document(self) -> JsonObject:
        """As sidecars and ledger have it."""
        return {"id": self.id, "key": self.key, "place": self.place}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A validated row. `number` counts all rows of a run from 1; `key` is its identity below an output root.

    `former_key` is its identity in records of 0.1.0, None where that is the same. `places_itself`: the row says itself
    where its images go, and so must not leave that root. `source` is the prompt file as records name it (see `RowTag`).
    """

    number: int
    file: str
    line: int
    key: str
    request: Request
    output: Output
    former_key: str | None = None
    places_itself: bool = False
    source: str | None = None
    id: str | None = None
    label: str | None = None
    meta: Mapping[str, str] = field(default_factory=dict)
    candidate: CandidateOf | None = None
    """The row that this one is a candidate of."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys under which the row may be on record, the present one first."""
        return (self.key,) if self.former_key is None else (self.key, self.former_key)

    @property
    def name(self) -> str:
        """The row's name for a person: its id, else its prompt, else the name of its first reference image."""
        if self.candidate is not None:
            return f"{self.candidate.id} (seed {self.request.values.get('seed')})"
        return self.id or str(self.request.values.get("prompt") or self.request.references[0].name)
