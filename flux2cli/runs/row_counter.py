"""Counts how the rows of a batch end, also those in progress when the batch is interrupted."""

from typing import TYPE_CHECKING

from flux2cli.core.batch.row_events import RowFinished, RowStarted, row_status
from flux2cli.core.batch.summary import BatchSummary
from flux2cli.core.job.result import JobResult
from flux2cli.events import Event
from flux2cli.runs.session import Listener

if TYPE_CHECKING:
    from flux2cli.edges.ledger import Ledger


class RowCounter:
    """A listener in front of another: counts each row that ends in the summary, then passes the event on."""

    def __init__(self, summary: BatchSummary, listener: Listener) -> None:
        self._summary = summary
        self._listener = listener
        self._started: dict[str, RowStarted] = {}

    def show(self, event: Event) -> None:
        """Count the event, then pass it on."""
        if isinstance(event, RowStarted):
            self._started[event.row.key] = event
        elif isinstance(event, RowFinished):
            self._started.pop(event.row.key, None)
            self._summary.add(event)
        self._listener.show(event)

    def tick(self) -> None:
        """Pass it on."""
        self._listener.tick()

    def count_rest(self, ledger: "Ledger") -> None:
        """After an interruption: count the rows that were started and did not end, by their state in the ledger."""
        for started in self._started.values():
            job = ledger.get(started.job_id)
            if job.state != "not-sent":
                status = row_status(job.state)
                result = JobResult(job=job) if status == "saved" else None
                self._summary.add(RowFinished(job_id=job.job_id, row=started.row, status=status, result=result))
