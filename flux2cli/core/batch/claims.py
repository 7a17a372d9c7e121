"""What books and folders know about the rows of a batch, and the claim with which one is begun. Values only.

The job that counts for a row is the newest that was sent or may have been. One that was `not-sent` counts only where
there is no other: its process may still try it again, and then it is no longer the last word that it looks like.
"""

from collections.abc import Container
from dataclasses import dataclass
from typing import Self

from flux2cli.core.job.job import Job, State


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRow:
    """A row as the books have it: the job that counts, with its images as (absolute path, length in bytes, saved).

    `owner` names the process that works on it; `error_code` is the code word of what it failed with.
    """

    key: str
    job_id: str
    state: State
    owner: str | None
    error_code: str | None
    sandbox: bool
    files: tuple[tuple[str, int, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SidecarRow:
    """An image of a row with its sidecar in an output folder, whoever put both there.

    A request may have made several: `index` counts them from 0, and how many there are no sidecar says. A row is done
    when index 0 is there; the books, where they know its job, know better.
    """

    key: str
    index: int
    sandbox: bool
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowClaim:
    """What a batch knew when it decided to send a row: `after` makes it of the job that counted then.

    `instead_of` is that job's id and `seen` its state, both None where there was none; `seen` None leaves open which
    it was. `siblings` are the keys of all rows of this batch, which may ask for the same thing twice on purpose.
    """

    instead_of: str | None
    siblings: Container[str]
    seen: State | None = None

    @classmethod
    def after(cls, known: RecordedRow | Job | None, siblings: Container[str]) -> Self:
        """The claim of a row of which `known` is on record, None when nothing is."""
        return cls(instead_of=known.job_id if known else None, seen=known.state if known else None, siblings=siblings)


class RowTaken(Exception):  # noqa: N818 - not an error: another process was first
    """The row is not as it was when the batch decided to send it, so nothing was: `job` is the one that counts now."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"the row has job `{job.job_id}` by now, which is `{job.state}`")
        self.job = job
