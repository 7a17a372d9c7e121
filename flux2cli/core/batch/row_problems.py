"""Words an error about a value for the author of a prompt file: it names the column instead of the flag."""

from flux2cli.catalog import PARAMETERS
from flux2cli.core.batch.row import RawRow, RowProblem
from flux2cli.core.request.messages import flag_of
from flux2cli.errors import UsageError


def problem_of(error: UsageError, raw: RawRow) -> RowProblem:
    """The error as a problem of the row, with its file and line."""
    what, column = error.message, error.about
    if column in PARAMETERS and column in raw.values:
        what = what.replace(f"`{flag_of(column)} ", "`")
    return RowProblem(file=raw.file, line=raw.line, column=column, what=what, hint=error.hint)
