"""A problem with a row, worded for the writer of the file: by its column instead of its flag."""

from flux2cli.core.batch.row import RawRow, RowProblem
from flux2cli.errors import UsageError


def problem_of(error: UsageError, raw: RawRow) -> RowProblem:
    """What is wrong with a row, at its place. A value that a flag gave to all rows keeps the flag's words."""
    in_row = error.wrong is not None and error.about in raw.values
    what = error.wrong.for_column() if error.wrong and in_row else error.message
    return RowProblem(file=raw.file, line=raw.line, column=error.about, what=what, hint=error.hint)
