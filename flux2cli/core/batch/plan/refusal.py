"""The errors for rows with which a run must not begin."""

from flux2cli.core.batch.plan.verdict import Verdict
from flux2cli.core.batch.row import Row
from flux2cli.errors import UsageError


def refusal(row: Row, verdict: Verdict) -> UsageError:
    """The error for a row whose action is `refuse`."""
    if verdict.state == "changed":
        return UsageError(
            f"`{verdict.name}` was made by another request ({'; '.join(verdict.reasons)}).",
            hint="--update replaces the images of changed rows",
            about="id" if row.id is not None else "output",
        )
    way = (
        "--overwrite replaces it" if verdict.is_overwritable else "the sandbox replaces no real image; give another -o"
    )
    return UsageError(f"`{verdict.name}` exists, and is not this row's image.", hint=way, about="output")
