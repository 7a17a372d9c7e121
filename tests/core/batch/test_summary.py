"""What a batch came to, counted row by row: as a document, as a sentence, as a pace."""

from dataclasses import replace
from typing import Any

import pytest

from flux2cli.core.batch.row import Row
from flux2cli.core.batch.row_events import RowFinished, RowStatus
from flux2cli.core.batch.summary import BatchSummary
from flux2cli.core.images.image import Image
from flux2cli.core.job.job import Job
from flux2cli.core.job.result import JobResult
from flux2cli.core.money.job_cost import Cost, CostSource
from flux2cli.core.request.build import build_request
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.route import choose_route
from flux2cli.errors import ModeratedError
from flux2cli.output.job_result import summary_document
from flux2cli.providers.amounts import amount_of

OUTPUT = Output(directory="/out", name="{slug}.{ext}")
REQUEST = build_request(choose_route("flash", "fal", "text"), {"prompt": "fox"})
ROW = Row(
    number=1, file="p.csv", line=2, key="k", request=REQUEST, output=OUTPUT
)  # fmt: skip
JOB = Job(
    job_id="aaaaaaaa", state="saved", provider="fal", variant="flash", endpoint="fal-ai/flux-2/flash", mode="text",
    request_key="r", created_at="2026-01-01T00:00:00Z", updated_at="2026-01-01T00:00:01Z", prompt="fox", seed=7,
    payload={}, payload_sha256="", output=OUTPUT,
)  # fmt: skip
IMAGE = Image(index=0, path="/out/fox.png", sha256="", bytes=1, media_type="image/png", width=8, height=8)


def cost(amount: str | None, most: str | None = None, source: CostSource = "estimated") -> Cost:
    return Cost(low=amount_of(amount), high=amount_of(most or amount), source=source, stage="final")


def saved(amount: str | None, most: str | None = None, source: CostSource = "estimated", **rest: Any) -> RowFinished:
    outcome = JobResult(job=replace(JOB, cost=cost(amount, most, source)), **{"images": (IMAGE,), **rest})
    return RowFinished(job_id="aaaaaaaa", row=ROW, status="saved", result=outcome)


def ended(end: RowStatus, job_id: str | None = "aaaaaaaa") -> RowFinished:
    return RowFinished(job_id=job_id, row=ROW, status=end, error=ModeratedError("No."))


def tally_of(total: int, *events: RowFinished, skipped: int = 0, held_back: int = 0) -> BatchSummary:
    tally = BatchSummary(total, skipped=skipped, held_back=held_back)
    for event in events:
        tally.add(event)
    return tally


def test_every_end_is_counted_and_what_is_left_was_not_sent() -> None:
    tally = tally_of(
        13, saved("0.005"), saved("0.01"), ended("skipped"), ended("failed"), ended("unknown"), ended("submitted"),
        ended("restored"), ended("moved"), ended("adopted"), ended("kept"),
    )  # fmt: skip

    assert summary_document(tally) == {
        "schema": "flux2cli/batch/1",
        "rows": 13,
        "saved": 2,
        "skipped": 1,
        "failed": 1,
        "unknown": 1,
        "submitted": 1,
        "restored": 1,
        "moved": 1,
        "adopted": 1,
        "kept": 1,
        "not_sent": 3,
        "cost": {"amount": "0.015", "max": "0.015", "currency": "USD", "source": "estimated", "unpriced": 0},
    }


def test_rows_that_were_done_before_the_run_are_skipped_from_the_start() -> None:
    tally = tally_of(5, saved("0.005"), ended("skipped"), skipped=2)

    assert (tally.skipped, tally.ended, tally.not_sent) == (3, 4, 1)


def test_money_is_added_without_rounding() -> None:
    tally = tally_of(1000, *[saved("0.1")] * 3, *[saved("0.000001")] * 7)

    assert tally.money() == "$0.300007 (estimated)"


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], {"amount": "0.00", "max": "0.00", "source": None, "unpriced": 0}),
        ([ended("failed")], {"amount": "0.00", "max": "0.00", "source": None, "unpriced": 0}),
        ([saved(None)], {"amount": None, "max": None, "source": None, "unpriced": 1}),
        ([saved("0.07", "0.16")], {"amount": "0.07", "max": "0.16", "source": "estimated", "unpriced": 0}),
        ([saved("0.05"), saved(None)], {"amount": "0.05", "max": "0.05", "source": "estimated", "unpriced": 1}),
        (
            [saved("0.05", source="reported"), saved("0.05", source="sandbox")],
            {"amount": "0.10", "max": "0.10", "source": "mixed", "unpriced": 0},
        ),
        ([saved("NaN")], {"amount": None, "max": None, "source": None, "unpriced": 1}),
        ([saved("0.00")], {"amount": "0.00", "max": "0.00", "source": "estimated", "unpriced": 0}),
    ],
)
def test_the_cost_is_that_of_the_saved_rows(events: list[RowFinished], expected: dict[str, object]) -> None:
    assert summary_document(tally_of(9, *events))["cost"] == {**expected, "currency": "USD"}


@pytest.mark.parametrize(
    ("tally", "sentence"),
    [
        (
            tally_of(500, *[saved("0.005", source="sandbox")] * 488, *[ended("failed")] * 2, *[ended("unknown")] * 10),
            "500 rows: 488 saved, 2 failed, 10 unknown  $2.44 (sandbox)",
        ),
        (tally_of(1, saved("0.005")), "1 row: 1 saved  $0.005 (estimated)"),
        (tally_of(3, skipped=3), "3 rows: 3 skipped"),
        (tally_of(3, ended("submitted")), "3 rows: 1 submitted, 2 not sent"),
        (tally_of(2, saved(None), ended("failed")), "2 rows: 1 saved, 1 failed  cost unknown"),
        (
            tally_of(2, saved("0.07", "0.16"), saved(None)),
            "2 rows: 2 saved  $0.07 to $0.16 (estimated), 1 unpriced",
        ),
        (tally_of(0), "0 rows"),
        (
            tally_of(4, ended("failed"), ended("failed", job_id=None), ended("failed", job_id=None)),
            "4 rows: 1 failed, 2 failed on this machine, 1 not sent",
        ),
    ],
)
def test_the_sentence_leaves_out_what_is_zero(tally: BatchSummary, sentence: str) -> None:
    assert tally.sentence() == sentence


def test_rows_that_a_limit_leaves_are_no_work_of_this_run() -> None:
    tally = tally_of(500, saved("0.005"), saved("0.005"), skipped=100, held_back=379)

    assert (tally.planned, tally.ended, tally.not_sent) == (121, 102, 398)
    assert tally.left(4.0) == 38.0, "two rows in 4 s, and 19 to go"
    assert tally.sentence() == ("500 rows: 2 saved, 100 skipped, 19 not sent, 379 left for later  $0.01 (estimated)")


def test_the_rate_counts_images_and_the_time_left_counts_rows() -> None:
    tally = tally_of(10, saved("0.02", images=(IMAGE, IMAGE)), ended("failed"), skipped=4)

    assert tally.rate(4.0) == 0.5
    assert tally.left(4.0) == 8.0  # two rows in 4 s, and four to go; the skipped ones took no time


def test_without_a_row_there_is_no_pace() -> None:
    assert tally_of(10, skipped=4).rate(4.0) is None
    assert tally_of(10, skipped=4).left(4.0) is None
    assert tally_of(10, saved("0.005")).rate(0.0) is None
    assert tally_of(10, saved("0.005")).left(0.0) is None
    assert tally_of(4, skipped=4).left(4.0) == 0.0


def test_rows_that_came_back_different_are_counted_among_the_saved() -> None:
    tally = tally_of(2, saved("0.005", differences=("the image is black",)), saved("0.005"))

    assert (tally.saved, tally.not_as_asked) == (2, 1)
