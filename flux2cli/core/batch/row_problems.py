"""Words a problem with a row for the author of the prompt file: by its column instead of its flag."""

from flux2cli.core.batch.row import RawRow, RowProblem
from flux2cli.errors import UsageError


def problem_of(error: UsageError, raw: RawRow) -> RowProblem:
    """The error as a problem of the row, with its place. An error about a flag for all rows names the flag."""
    in_row = error.wrong is not None and error.about in raw.values
    if error.wrong is None:
        what = error.message
    else:
        what = error.wrong.for_column() if in_row else error.wrong.for_flag(of_rows=True)
    return RowProblem(file=raw.file, line=raw.line, column=error.about, what=what, hint=error.hint)
