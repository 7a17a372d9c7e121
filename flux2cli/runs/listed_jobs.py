"""Chooses the jobs that `flux2 jobs list` shows: by filters, or what needs attention and what was last."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from flux2cli.core.job.job import UNSETTLED, Job
from flux2cli.edges.ledger import Ledger
from flux2cli.edges.ledger.job_lists import JobFilter

_RECENT = 20
_PAGE = 500
"""Jobs that are read at a time."""
_UNSETTLED = 100
"""The most unsettled jobs of an overview."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The unsettled and the last jobs, oldest first, and the number of unsettled ones that were left out."""

    jobs: Sequence[Job]
    unsettled_left: int


def overview(ledger: Ledger) -> Overview:
    """The last 20 jobs, and the newest 100 of the unsettled ones."""
    recent = ledger.jobs(limit=_RECENT)
    unsettled = ledger.jobs(states=UNSETTLED, limit=_UNSETTLED)
    ids = {job.job_id for job in recent}
    shown = recent + [job for job in unsettled if job.job_id not in ids]  # older than the last ones, all of them
    total = sum(ledger.count(UNSETTLED).values())
    return Overview(jobs=shown[::-1], unsettled_left=max(0, total - sum(job.state in UNSETTLED for job in shown)))


def filtered(ledger: Ledger, wanted: JobFilter, *, limit: int | None) -> Iterator[Job]:
    """The jobs that fit, oldest first; with a limit, the newest of them."""
    if limit is None:
        return ledger.each_job(wanted, newest_first=False)
    return reversed(list(newest(ledger, wanted, limit=limit)))


def newest(ledger: Ledger, wanted: JobFilter, *, limit: int | None) -> Iterator[Job]:
    """The jobs that fit, newest first."""
    return islice(ledger.each_job(wanted, page=min(limit or _PAGE, _PAGE)), limit)
