"""The specification of a job for the engine: a prepared request and how to run it."""

from dataclasses import dataclass

from flux2cli.core.batch.claims import RowClaim
from flux2cli.core.job.job import RowTag
from flux2cli.core.money.budget import DayBudget
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.request import Request
from flux2cli.wire import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSpec:
    """One request to run. `timeout` is seconds from its submit, None for no limit; `wait` False leaves it running.

    `strict` checks every image's pixels.
    """

    request: Request
    target: Target
    output: Output
    label: str | None = None
    wait: bool = True
    timeout: float | None = None
    resubmit_unknown: bool = False
    strict: bool = False
    budget: DayBudget | None = None
    row: RowTag | None = None
    claim: RowClaim | None = None
    """For a request with a row: what the batch knew of the row when it decided to send it."""
