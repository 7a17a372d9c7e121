"""An unexpected error of one job or row: the others go on."""

from flux2cli.core.batch.claims import RowTaken
from flux2cli.engine.resources import Resources, Stopped
from flux2cli.errors import Flux2Error, InternalError


def is_unexpected(error: BaseException | None) -> bool:
    """Whether the error is a fault of the program: none of its own, no stop, and not that stdout's reader is gone."""
    expected = (Flux2Error, RowTaken, Stopped, BrokenPipeError)
    return isinstance(error, Exception) and not isinstance(error, expected)


def unexpected(resources: Resources, error: BaseException, *, job_id: str | None = None) -> InternalError:
    """The error to report for an unexpected one, which is written to the log. A job stays where the ledger has it."""
    return InternalError.unexpected(error, resources.log(error), job_id=job_id, halts=False)
