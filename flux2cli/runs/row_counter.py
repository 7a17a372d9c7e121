"""Counts how the rows of a batch end, also those in progress when the batch is interrupted."""

import threading
from typing import TYPE_CHECKING

from flux2cli.core.batch.row_events import RowFinished, RowStarted, row_status
from flux2cli.core.batch.summary import BatchSummary
from flux2cli.core.job.result import JobResult
from flux2cli.events import Event

if TYPE_CHECKING:
    from flux2cli.edges.ledger import Ledger


class RowCounter:
    """Counts each row that ends in the summary.

    `count` is called where events happen, in the threads that run rows, before they are shown: a signal interrupts the
    main thread, possibly between two steps of it, and must not lose an event.
    """

    def __init__(self, summary: BatchSummary) -> None:
        self._summary = summary
        self._started: dict[str, RowStarted] = {}
        self._lock = threading.Lock()
        self._is_over = False

    def count(self, event: Event) -> None:
        """Count the event, if it is a row's."""
        with self._lock:
            if self._is_over:
                return
            if isinstance(event, RowStarted):
                self._started[event.row.key] = event
            elif isinstance(event, RowFinished):
                self._started.pop(event.row.key, None)
                self._summary.add(event)

    def count_rest(self, ledger: "Ledger") -> None:
        """After an interruption: count the rows that were started and did not end, by their state in the ledger.

        What the threads that still run rows report from now on is not counted again.
        """
        with self._lock:
            self._is_over = True
        for started in self._started.values():
            job = ledger.get(started.job_id)
            if job.state != "not-sent":
                status = row_status(job.state)
                result = JobResult(job=job) if status == "saved" else None
                self._summary.add(RowFinished(job_id=job.job_id, row=started.row, status=status, result=result))
