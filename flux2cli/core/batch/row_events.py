"""What happens to the rows of a batch, as events: for whoever shows or counts them."""

from dataclasses import dataclass
from typing import Literal

from flux2cli.core.batch.row import Row
from flux2cli.core.job.result import JobResult
from flux2cli.errors import Flux2Error
from flux2cli.events import Event

RowStatus = Literal["saved", "skipped", "failed", "unknown", "submitted"]
"""How a row ended: saved by this run, done before or by another process, failed, unknown, or left at the provider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowStarted(Event):
    """A row is being worked on under this job id, from before its submit."""

    row: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFinished(Event):
    """A row came to an end in this run. `job_id` is empty where there is no job.

    `outcome` is there for `saved`, and for `submitted` with `--no-wait`; `error` for all that went wrong.
    """

    row: Row
    end: RowStatus
    outcome: JobResult | None = None
    error: Flux2Error | None = None
