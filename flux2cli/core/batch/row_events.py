"""Events of a batch's rows, for progress, results and counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flux2cli.core.batch.row import Row
from flux2cli.core.job.job import State
from flux2cli.core.job.result import JobResult
from flux2cli.errors import Flux2Error
from flux2cli.events import Event

RowStatus = Literal["saved", "skipped", "failed", "unknown", "submitted", "restored", "moved", "adopted", "kept"]
"""How a row ended in this run: `saved` by it, `skipped` since it was done before or by another process, `failed`,
`unknown`, `submitted` and left at the provider, `restored` from the image cache, `moved` to its place, `adopted`
with the bytes that it has now, or `kept` as it is, since it is not known to be what the row asks for."""


_STATUS: Mapping[State, RowStatus] = {
    "saved": "saved",
    "unknown": "unknown",
    "submitting": "unknown",
    "submitted": "submitted",
    "ready": "submitted",
}


def row_status(state: State) -> RowStatus:
    """How a row ended whose job is in this state and is not worked on any more: `failed` in all other states."""
    return _STATUS.get(state, "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowStarted(Event):
    """A row began to run under this job id. Emitted before its submit."""

    job_id: str
    row: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFinished(Event):
    """A row ended in this run. `job_id` is None when it has no job: nothing was sent for it.

    `result` is set for `saved`, and for `submitted` with `--no-wait`; `error` is set for every failure. `paths` are the
    images that were restored, moved or kept, and `reasons` say why. `is_settled` False: it leaves something to decide,
    such as whether a blank image is to replace the row's.
    """

    row: Row
    status: RowStatus
    result: JobResult | None = None
    error: Flux2Error | None = None
    paths: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    is_settled: bool = True
