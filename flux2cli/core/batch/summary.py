"""Counts how the rows of a batch end, and adds up what they cost. Pure: the caller passes everything, even the time."""

from typing import Literal

from flux2cli.core.batch.row_events import RowFinished
from flux2cli.core.job.result import JobResult
from flux2cli.core.money.cost_sum import CostSum
from flux2cli.core.money.job_cost import CostSource


def in_rows(count: int) -> str:
    """`1 row`, `2 rows`."""
    return "1 row" if count == 1 else f"{count} rows"


class BatchSummary:
    """The counts and cost of a batch of `total` rows.

    Of these, `skipped` were done before it began, and `held_back` are left for a later run. Constant in size: it keeps
    nothing of single rows.
    """

    def __init__(self, total: int, *, skipped: int = 0, held_back: int = 0) -> None:
        self.total = total
        self.held_back = held_back
        self.saved = 0
        self.skipped = skipped
        self.failed = 0
        """Rows that failed, at the provider or here."""
        self.failed_here = 0
        """Those of them that failed on this machine, before anything was sent."""
        self.unknown = 0
        self.submitted = 0
        self.restored = 0
        self.moved = 0
        self.adopted = 0
        self.kept = 0
        self.undecided = 0
        """Rows that are kept or saved, and not settled: they end the run with exit 10."""
        self.not_as_asked = 0
        """Saved rows whose images differ from the request (see `flux2cli.core.job.compare`)."""
        self._images = 0
        self.cost = CostSum()
        """What the saved rows cost."""
        self._sources: set[CostSource] = set()

    @property
    def planned(self) -> int:
        """Rows that end in this run, or were done before it."""
        return self.total - self.held_back

    @property
    def not_sent(self) -> int:
        """Rows that have not ended: running, waiting, never reached, or left for a later run."""
        return self.total - self.ended

    @property
    def ended(self) -> int:
        """Rows that have ended, in any status."""
        worked = self.saved + self.failed + self.unknown + self.submitted
        return worked + self.skipped + self.restored + self.moved + self.adopted + self.kept

    def add(self, ended: RowFinished) -> None:
        """Count a row that ended."""
        match ended.status:
            case "saved":
                self.saved += 1
                self._count(ended.result)
                self.undecided += not ended.is_settled
            case "skipped":
                self.skipped += 1
            case "failed":
                self.failed += 1
                self.failed_here += ended.job_id is None
            case "unknown":
                self.unknown += 1
            case "submitted":
                self.submitted += 1
            case "restored":
                self.restored += 1
            case "moved":
                self.moved += 1
            case "adopted":
                self.adopted += 1
            case "kept":
                self.kept += 1
                self.undecided += not ended.is_settled

    def _count(self, result: JobResult | None) -> None:
        cost = result.cost if result else None
        if result is not None:
            self._images += len(result.images)
            self.not_as_asked += bool(result.differences)
        self.cost.add(cost.low if cost else None, cost.high if cost else None)
        if cost is not None and cost.low is not None:
            self._sources.add(cost.source)

    @property
    def source(self) -> CostSource | Literal["mixed"] | None:
        """Where the cost of the saved rows comes from; None when none of them has a known price."""
        return "mixed" if len(self._sources) > 1 else next(iter(self._sources), None)

    def sentence(self) -> str:
        """The summary for a person, without zero counts: `500 rows: 488 saved, 12 failed  $2.44 (sandbox)`."""
        counts = [
            (self.saved, "saved"),
            (self.skipped, "skipped"),
            (self.restored, "restored"),
            (self.moved, "moved"),
            (self.adopted, "adopted"),
            (self.kept, "kept"),
            (self.failed - self.failed_here, "failed"),
            (self.failed_here, "failed on this machine"),
            (self.unknown, "unknown"),
            (self.submitted, "submitted"),
            (self.planned - self.ended, "not sent"),
            (self.held_back, "left for later"),
        ]
        listed = ", ".join(f"{count} {word}" for count, word in counts if count)
        rows = in_rows(self.total)
        return "  ".join([f"{rows}: {listed}" if listed else rows, *([self.money()] if self.saved else [])])

    def money(self) -> str:
        """The cost of the saved rows with its source: `$2.44 (sandbox)`, `$0.07 to $0.16 (estimated), 3 unpriced`."""
        text = f"{self.price()} ({self.source})" if self.source else self.price()
        return f"{text}, {self.cost.unpriced} unpriced" if self.source and self.cost.unpriced else text

    def price(self) -> str:
        """The cost of the saved rows without its source: `$2.44`, `$0.07 to $0.16`, `cost unknown`."""
        return self.cost.text() if self.cost.is_known else "cost unknown"

    def rate(self, elapsed: float) -> float | None:
        """Images saved per second, after `elapsed` seconds of this run; None before the first image."""
        return self._images / elapsed if self._images and elapsed > 0 else None

    def left(self, elapsed: float) -> float | None:
        """Estimated seconds until all planned rows have ended; None before one ended. Skipped rows are no work."""
        worked, left = self.ended - self.skipped, self.planned - self.ended
        if not left:
            return 0.0
        return left * elapsed / worked if worked and elapsed > 0 else None
