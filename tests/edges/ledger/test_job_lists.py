"""Lists of jobs: filters together, in pages, in order of creation."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.ledger_files import FOX

from flux2cli.core.job.job import Job, State
from flux2cli.edges.ledger import Ledger
from flux2cli.edges.ledger.job_lists import JobFilter

JOBS: list[tuple[str, State, str, str | None, int]] = [
    ("aaaaaaaa", "saved", "fal", "hero", 1),
    ("bbbbbbbb", "submitted", "bfl", "hero", 2),
    ("cccccccc", "unknown", "fal", None, 3),
    ("dddddddd", "submitted", "fal", "hero", 3),
    ("eeeeeeee", "saved", "bfl", "\udcff", 4),
    ("ffffffff", "ready", "fal", None, 5),
]
"""Id, state, provider, label and day."""
WAYS: dict[State, tuple[State, ...]] = {
    "saved": ("submitted", "ready", "saved"), "ready": ("submitted", "ready"),
    "submitted": ("submitted",), "unknown": ("unknown",),
}  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger(tmp_path, now=lambda: datetime(2026, 3, 9, tzinfo=UTC))) as found:
        for job_id, state, provider, label, day in JOBS:
            created = f"2026-03-0{day}T10:00:00.000Z"
            found.begin(replace(FOX, job_id=job_id, provider=provider, label=label, created_at=created,
                                request_key=job_id))  # fmt: skip
            for step in WAYS[state]:
                found.record(job_id, state=step)
        yield found


def ids(jobs: Iterator[Job]) -> str:
    return " ".join(job.job_id[0] for job in jobs)


@pytest.mark.parametrize("page", [1, 2, 3, 100])
@pytest.mark.parametrize(
    ("wanted", "oldest_first"),
    [
        (JobFilter(), "a b c d e f"),
        (JobFilter(states=()), ""),
        (JobFilter(states=("submitted", "ready", "unknown")), "b c d f"),
        (JobFilter(label="hero"), "a b d"),
        (JobFilter(label="\udcff"), "e"),
        (JobFilter(label="her%"), ""),
        (JobFilter(provider="fal"), "a c d f"),
        (JobFilter(provider="fal", label="hero"), "a d"),
        (JobFilter(provider="fal", label="hero", states=("saved",)), "a"),
        (JobFilter(since="2026-03-03T00:00:00.000Z"), "c d e f"),
        (JobFilter(since="2026-03-03T00:00:00.000Z", provider="fal", states=("submitted", "ready")), "d f"),
        (JobFilter(since="2026-03-03T10:00:00.001Z", label="hero"), ""),
        (JobFilter(request_key="bbbbbbbb", states=("submitted", "ready")), "b"),
    ],
)
def test_every_filter_gives_the_jobs_in_order_whatever_the_page(
    ledger: Ledger, wanted: JobFilter, oldest_first: str, page: int
) -> None:
    assert ids(ledger.each_job(wanted, newest_first=False, page=page)) == oldest_first
    assert ids(ledger.each_job(wanted, newest_first=True, page=page)) == oldest_first[::-1]


def test_the_order_is_that_of_creation_and_not_of_the_rows(ledger: Ledger) -> None:
    ledger.begin(replace(FOX, job_id="gggggggg", created_at="2026-03-01T09:00:00.000Z", request_key="g"))

    assert ids(ledger.each_job(JobFilter(), newest_first=False)) == "g a b c d e f"


def test_a_job_that_changes_its_state_during_the_list_is_in_it_once(ledger: Ledger) -> None:
    wanted = JobFilter(states=("submitted", "ready"))
    seen = []
    for job in ledger.each_job(wanted, newest_first=False, page=1):
        seen.append(job.job_id[0])
        if job.state == "submitted":
            ledger.record(job.job_id, state="ready")

    assert seen == ["b", "d", "f"]


def test_a_job_is_found_by_the_provider_s_id_for_it(ledger: Ledger) -> None:
    ledger.record("bbbbbbbb", request_id="r-1")

    found = ledger.with_request("bfl", "r-1")

    assert found is not None
    assert found.job_id == "bbbbbbbb"
    assert ledger.with_request("fal", "r-1") is None
    assert ledger.with_request("bfl", "r-2") is None


def test_jobs_are_counted_by_state_before_a_time(ledger: Ledger) -> None:
    assert ledger.count(("submitted", "unknown", "failed")) == {"submitted": 2, "unknown": 1}
    assert ledger.count(("submitted", "saved"), before="2026-03-03T00:00:00.000Z") == {"saved": 1, "submitted": 1}
    assert ledger.count(("submitted",), before="2026-03-03T10:00:00.000Z") == {"submitted": 1}
    assert ledger.count(("submitted",), before="2026-03-03T10:00:00.001Z") == {"submitted": 2}
    assert ledger.forgettable("2026-03-05T00:00:00.000Z") == 2
    assert ledger.forget("2026-03-02T00:00:00.000Z") == 1
    assert ledger.forgettable("2026-03-05T00:00:00.000Z") == 1
