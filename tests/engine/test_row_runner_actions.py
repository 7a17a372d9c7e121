"""One row of a batch by its action, and how a row ended that failed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.ledger_child import a_row
from support.scripted_http import ScriptedHttp

from flux2cli.core.batch.preflight import PendingRow
from flux2cli.core.batch.resume import Action
from flux2cli.core.batch.row import Row
from flux2cli.core.batch.row_events import RowFinished, RowStatus
from flux2cli.core.job.job import Job, State
from flux2cli.core.job.spec import JobSpec
from flux2cli.core.request.build import build_request
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.route import choose_route
from flux2cli.edges.ledger import Ledger
from flux2cli.engine import Engine
from flux2cli.engine.row_runner import RowRunner
from flux2cli.errors import Flux2Error, InternalError, NetworkError, UnknownOutcomeError
from flux2cli.wire import Target

ROW = Row(
    number=1, file="p.txt", line=1, key="k1", output=Output(directory="/nowhere", name="{slug}.{ext}"),
    request=build_request(choose_route("flash", "fal", "text"), {"prompt": "a fox"}),
)  # fmt: skip
WAYS: dict[State, tuple[State, ...]] = {
    "submitted": ("submitted",),
    "ready": ("submitted", "ready"),
    "saved": ("submitted", "ready", "saved"),
    "failed": ("submitted", "failed"),
    "unknown": ("unknown",),
    "not-sent": ("not-sent",),
    "rejected": ("rejected",),
}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    books = Ledger(tmp_path, now=lambda: datetime.now(UTC))
    yield books
    books.close()


@pytest.fixture
def runner(ledger: Ledger) -> RowRunner:
    """A runner that must send nothing."""

    def no_spec(*_: object) -> JobSpec:
        raise AssertionError("it was to be sent")

    return RowRunner(
        engine=Engine(http=ScriptedHttp(), ledger=ledger, now=lambda: datetime.now(UTC)), siblings=set(), spec=no_spec,
        target=lambda _: Target(base=None, key=None), timeout=None, strict=False,
    )  # fmt: skip


def a_job(ledger: Ledger, state: State) -> Job:
    job = ledger.begin(a_row("k1"))
    for step in WAYS[state]:
        ledger.record(job.job_id, state=step)
    return ledger.get(job.job_id)


def run(runner: RowRunner, action: Action, known: Job | None = None) -> RowFinished | None:
    return runner.run(ROW, PendingRow.of(ROW, action, known))


def test_a_row_that_another_process_works_on_is_left_alone(runner: RowRunner) -> None:
    assert run(runner, "await") is None


def test_a_row_that_is_done_has_no_job_in_this_run(runner: RowRunner) -> None:
    assert run(runner, "skip") == RowFinished(job_id=None, row=ROW, status="skipped")


@pytest.mark.parametrize(("state", "end"), [("failed", "failed"), ("rejected", "failed"), ("unknown", "unknown")])
def test_the_end_of_an_earlier_run_is_reported_with_its_error(
    runner: RowRunner, ledger: Ledger, state: State, end: RowStatus
) -> None:
    job = a_job(ledger, state)
    finished = run(runner, "report", job)

    assert finished is not None
    assert (finished.job_id, finished.status) == (job.job_id, end)
    assert finished.error is not None


def test_what_another_process_saved_since_the_preflight_is_no_failure(runner: RowRunner, ledger: Ledger) -> None:
    assert run(runner, "report", a_job(ledger, "saved")) == RowFinished(job_id=None, row=ROW, status="skipped")


@pytest.mark.parametrize("state", ["saved", "failed"])
def test_what_another_process_settled_before_it_could_be_collected_is_looked_at_again(
    runner: RowRunner, ledger: Ledger, state: State
) -> None:
    assert run(runner, "collect", a_job(ledger, state)) is None


@pytest.mark.parametrize("action", ["report", "collect"])
def test_a_row_without_a_job_can_be_neither_reported_nor_collected(runner: RowRunner, action: Action) -> None:
    with pytest.raises(TypeError):
        run(runner, action)


@pytest.mark.parametrize(
    ("state", "end"),
    [("submitted", "submitted"), ("ready", "submitted"), ("unknown", "unknown"), ("failed", "failed"),
     ("not-sent", "failed"), ("rejected", "failed"), ("saved", "failed")],
)  # fmt: skip
def test_a_row_that_failed_ended_as_its_job_stands(
    runner: RowRunner, ledger: Ledger, state: State, end: RowStatus
) -> None:
    job = a_job(ledger, state)
    error = NetworkError("No.", job_id=job.job_id)

    assert runner.failed(ROW, error) == RowFinished(job_id=job.job_id, row=ROW, status=end, error=error)


@pytest.mark.parametrize(
    ("error", "end"), [(NetworkError("No."), "failed"), (UnknownOutcomeError("The twin is unknown."), "unknown")]
)
def test_a_row_that_failed_before_it_had_a_job(runner: RowRunner, error: Flux2Error, end: RowStatus) -> None:
    assert runner.failed(ROW, error) == RowFinished(job_id=None, row=ROW, status=end, error=error)


def test_a_ledger_that_cannot_be_read_makes_the_row_unknown_and_keeps_the_error(
    runner: RowRunner, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> Job:
        raise InternalError("The ledger is damaged.")

    monkeypatch.setattr(ledger, "get", broken)
    error = InternalError("Could not be recorded.", job_id="abcd2345")

    assert runner.failed(ROW, error) == RowFinished(job_id="abcd2345", row=ROW, status="unknown", error=error)
