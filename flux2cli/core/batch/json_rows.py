"""Makes rows of JSON objects: their keys are columns, their values cells."""

import json
from collections.abc import Iterator

from flux2cli.core.batch.column_rules import ColumnRules
from flux2cli.core.batch.columns import LISTS, TEXTS, Complaint, shown
from flux2cli.core.batch.json_object import kind_of_json, parse_object
from flux2cli.core.batch.row import RawRow, RowProblem
from flux2cli.errors import UsageError
from flux2cli.wire import JsonObject, JsonValue

_MOST_REMEMBERED = 1000
"""Unknown columns that are reported for their first row only."""


class JsonRows:
    """Makes the rows of one file, each of a `noun`. A column that does not exist is reported once."""

    def __init__(self, file: str, rules: ColumnRules, *, noun: str) -> None:
        self._file = file
        self._noun = noun
        self._rules = rules
        self._reported: set[str] = set()
        self._last: tuple[list[str], list[str | Complaint]] = [], []

    def of(self, text: str, line: int) -> Iterator[RawRow | RowProblem]:
        """The row that the text is, after the problems of its columns; or the problem that it is."""
        try:
            found = parse_object(text, self._noun)
            cells, unknown = self._cells(found)
            for name, complaint in unknown:
                if name not in self._reported:
                    if len(self._reported) < _MOST_REMEMBERED:
                        self._reported.add(name)
                    yield self._problem(line, complaint.what, name, complaint.hint)
            yield RawRow(file=self._file, line=line, values=_values(cells, keep=self._rules.keep_unknown))
        except UsageError as error:
            yield self._problem(line, error.message, error.about, error.hint)

    def _columns(self, names: list[str]) -> list[str | Complaint]:
        """The columns of the names; those of the last row again if it had the same names, as most rows have."""
        if names != self._last[0]:
            self._last = names, self._rules.columns(names)
        return self._last[1]

    def _problem(self, line: int, what: str, column: str | None, hint: str | None) -> RowProblem:
        return RowProblem(file=self._file, line=line, what=what, column=column, hint=hint)

    def _cells(self, found: JsonObject) -> tuple[list[tuple[str, JsonValue]], list[tuple[str, Complaint]]]:
        """The cells by their columns, also by what is meant if that is likely, and the names that are no columns."""
        named = _flat(found)
        columns = self._columns([name for name, _ in named])
        known = {column for column in columns if isinstance(column, str)}
        cells, unknown = [], []
        for (name, value), column in zip(named, columns, strict=True):
            if isinstance(column, str):
                cells.append((column, value))
            else:
                unknown.append((shown(name), column))
                if column.meant is not None and column.meant not in known:
                    cells.append((column.meant, value))
        return cells, unknown


def _flat(found: JsonObject) -> list[tuple[str, JsonValue]]:
    """The keys and values, with those inside `meta` as `meta.NAME`."""
    flat: list[tuple[str, JsonValue]] = []
    for name, value in found.items():
        if name.strip().lower() == "meta":
            flat += [(f"meta.{part}", inner) for part, inner in _meta(value).items()]
        else:
            flat.append((name, value))
    return flat


def _meta(value: JsonValue) -> JsonObject:
    if value is not None and not isinstance(value, dict):
        raise UsageError(
            f"It is {kind_of_json(value)} and not an object.", hint='for example: "meta": {"scene": "1"}', about="meta"
        )
    return value or {}


def _values(cells: list[tuple[str, JsonValue]], *, keep: bool) -> dict[str, JsonValue]:
    """The values by column, without empty ones. `keep` makes text of objects and lists in `meta`."""
    values: dict[str, JsonValue] = {}
    for name, value in cells:
        if _is_empty(value) or (name in LISTS and value == []):
            continue
        if name in values:  # in `meta` and beside it, or in capitals, too
            raise UsageError("It is given twice.", about=shown(name))
        if name in LISTS:
            values[name] = _listed(name, value)
        elif name in TEXTS or name.startswith("meta."):
            values[name] = _as_text(name, value, nested=keep and name.startswith("meta."))
        else:
            values[name] = value
    return values


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and (not value or value.isspace()))


def _listed(name: str, value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list):
        return [value]
    if any(_is_empty(item) for item in value):
        raise UsageError("The list has an empty entry.", hint="remove it", about=name)
    return value


def _as_text(name: str, value: object, *, nested: bool) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list | dict) and not nested:
        raise UsageError(
            f"It is {kind_of_json(value)} and not text.",
            hint="--meta-columns keeps it as JSON text" if name.startswith("meta.") else None,
            about=shown(name),
        )
    return json.dumps(value, ensure_ascii=False)
