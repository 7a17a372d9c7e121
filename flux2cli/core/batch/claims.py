"""What the ledger records about batch rows, and the claim that a job makes on its row. Values only.

The job that counts for a row is the newest one that was sent or may have been sent. A `not-sent` job may be retried by
its owner, so it counts only when there is no other.
"""

from collections.abc import Container
from dataclasses import dataclass
from typing import Self

from flux2cli.core.job.job import Job, State


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRow:
    """A row in the ledger: the job that counts, with its images as (absolute path, length in bytes, saved).

    `owner` names the process that works on it; `error_code` is the code word of the error that it failed with.
    """

    key: str
    job_id: str
    state: State
    created_at: str
    owner: str | None
    error_code: str | None
    sandbox: bool
    files: tuple[tuple[str, int, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowClaim:
    """What a batch knew about a row when it decided to send it. The ledger refuses the job if that has changed.

    `instead_of` is the id of the job that counted then and `seen` its state, both None when there was none. `seen` None
    beside an id accepts any state that is not in progress. `siblings` are the keys of all rows of this batch: it may
    contain the same request twice on purpose.
    """

    instead_of: str | None
    siblings: Container[str]
    seen: State | None = None

    @classmethod
    def after(cls, known: RecordedRow | Job | None, siblings: Container[str]) -> Self:
        """The claim on a row for which `known` counts now; None when it has no job."""
        return cls(instead_of=known.job_id if known else None, seen=known.state if known else None, siblings=siblings)


class RowTaken(Exception):  # noqa: N818 - not an error: another process was first
    """The row changed after the batch decided to send it, so nothing was sent. `job` is the one that counts now."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"the row has job `{job.job_id}` by now, which is `{job.state}`")
        self.job = job
