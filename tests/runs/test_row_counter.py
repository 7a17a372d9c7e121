"""Rows are counted where they end, so that a signal in the thread that shows them loses none."""

from datetime import UTC, datetime
from pathlib import Path

from flux2cli.core.batch.row import Row
from flux2cli.core.batch.row_events import RowFinished, RowStarted
from flux2cli.core.batch.summary import BatchSummary
from flux2cli.core.job.job import Job
from flux2cli.core.request.build import build_request
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.route import choose_route
from flux2cli.edges.ledger import Ledger
from flux2cli.runs.row_counter import RowCounter

OUTPUT = Output(directory="/out", name="{slug}.{ext}")
REQUEST = build_request(choose_route("flash", "fal", "text"), {"prompt": "fox"})


def row(number: int) -> Row:
    return Row(number=number, file="p.csv", line=number + 1, key=f"k{number}", request=REQUEST, output=OUTPUT)


def job(job_id: str) -> Job:
    return Job(
        job_id=job_id, state="submitting", provider="fal", variant="flash", endpoint="fal-ai/flux-2/flash",
        mode="text", request_key=job_id, created_at="2026-01-01T00:00:00Z", updated_at="2026-01-01T00:00:01Z",
        prompt="fox", seed=7, payload={}, payload_sha256="", output=OUTPUT,
    )  # fmt: skip


def test_what_was_started_and_never_shown_counts_by_its_state_and_only_once(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, now=lambda: datetime.now(UTC))
    for name in ("aaaaaaaa", "bbbbbbbb", "cccccccc"):
        ledger.begin(job(name))
    ledger.record("aaaaaaaa", state="submitted", request_id="r-1")
    ledger.record("cccccccc", state="not-sent")
    summary = BatchSummary(5)
    counter = RowCounter(summary)
    for number, name in enumerate(("aaaaaaaa", "bbbbbbbb", "cccccccc", "dddddddd")):
        counter.count(RowStarted(job_id=name, row=row(number)))
    counter.count(RowFinished(job_id="dddddddd", row=row(3), status="failed"))

    counter.count_rest(ledger)
    counter.count(RowFinished(job_id="aaaaaaaa", row=row(0), status="saved"))
    ledger.close()

    counts = (summary.submitted, summary.unknown, summary.failed, summary.saved, summary.not_sent)
    assert counts == (1, 1, 1, 0, 2)
