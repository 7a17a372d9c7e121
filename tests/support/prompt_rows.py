"""The rows and problems that the bytes of a prompt file are."""

import io

from flux2cli.core.batch.read_rows import read_rows
from flux2cli.core.batch.row import Format, RawRow, RowProblem

Rows = list[tuple[int, dict[str, object]]]


def read(form: Format, data: bytes) -> list[RawRow | RowProblem]:
    return list(read_rows(io.BytesIO(data), form, "f"))


def rows(form: Format, data: bytes) -> Rows:
    """The rows as (line, values); what is no row fails the test."""
    found = read(form, data)
    assert [str(item) for item in found if isinstance(item, RowProblem)] == []
    return [(row.line, dict(row.values)) for row in found if isinstance(row, RawRow)]


def told(form: Format, data: bytes) -> list[str]:
    """Rows as their line, problems as they are shown."""
    return [str(item) if isinstance(item, RowProblem) else f"row {item.line}" for item in read(form, data)]


def problem(form: Format, data: bytes) -> RowProblem:
    (found,) = read(form, data)
    assert isinstance(found, RowProblem)
    return found
