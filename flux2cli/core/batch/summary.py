"""Counts how the rows of a batch end, and adds up what they cost. Pure: the caller passes everything, even the time."""

from decimal import Decimal

from flux2cli.catalog.pricing import money
from flux2cli.core.batch.row_events import RowFinished
from flux2cli.core.job.result import JobResult

SCHEMA = "flux2cli/batch/1"


def in_rows(count: int) -> str:
    """`1 row`, `2 rows`."""
    return "1 row" if count == 1 else f"{count} rows"


class BatchSummary:
    """The counts and cost of a batch of `total` rows, of which `skipped` were done before it began.

    Constant in size: it keeps nothing of single rows.
    """

    def __init__(self, total: int, *, skipped: int = 0) -> None:
        self.total = total
        self.saved = 0
        self.skipped = skipped
        self.failed = 0
        self.unknown = 0
        self.submitted = 0
        self.not_as_asked = 0
        """Saved rows whose images differ from the request (see `flux2cli.core.job.compare`)."""
        self._images = 0
        self._low = self._high = Decimal(0)
        self._unpriced = 0
        self._sources: set[str] = set()

    @property
    def not_sent(self) -> int:
        """Rows that have not ended: running, waiting, or never reached."""
        return self.total - self.ended

    @property
    def ended(self) -> int:
        """Rows that have ended, in any status."""
        return self.saved + self.skipped + self.failed + self.unknown + self.submitted

    def add(self, ended: RowFinished) -> None:
        """Count a row that ended."""
        match ended.end:
            case "saved":
                self.saved += 1
                self._count(ended.outcome)
            case "skipped":
                self.skipped += 1
            case "failed":
                self.failed += 1
            case "unknown":
                self.unknown += 1
            case "submitted":
                self.submitted += 1

    def _count(self, outcome: JobResult | None) -> None:
        cost = outcome.cost if outcome else None
        if outcome is not None:
            self._images += len(outcome.images)
            self.not_as_asked += bool(outcome.differences)
        if cost is None or cost.low is None:
            self._unpriced += 1
            return
        self._low += cost.low
        self._high += cost.low if cost.high is None else cost.high
        self._sources.add(cost.source)

    def cost(self) -> dict[str, object]:
        """What the saved rows cost, in US dollars as decimal text; `unpriced` of them have no known price.

        The amount is None when every saved row is unpriced, and "0.00" only when no row was saved.
        """
        known = self._unpriced < self.saved or not self.saved
        return {
            "amount": money(self._low) if known else None,
            "max": money(self._high) if known else None,
            "currency": "USD",
            "source": "mixed" if len(self._sources) > 1 else next(iter(self._sources), None),
            "unpriced": self._unpriced,
        }

    def document(self) -> dict[str, object]:
        """The summary as JSON, the last line that a batch prints under `--json`."""
        return {
            "schema": SCHEMA,
            "rows": self.total,
            "saved": self.saved,
            "skipped": self.skipped,
            "failed": self.failed,
            "unknown": self.unknown,
            "submitted": self.submitted,
            "not_sent": self.not_sent,
            "cost": self.cost(),
        }

    def sentence(self) -> str:
        """The summary for a person, without zero counts: `500 rows: 488 saved, 12 failed  $2.44 (sandbox)`."""
        counts = [
            (self.saved, "saved"),
            (self.skipped, "skipped"),
            (self.failed, "failed"),
            (self.unknown, "unknown"),
            (self.submitted, "submitted"),
            (self.not_sent, "not sent"),
        ]
        listed = ", ".join(f"{count} {word}" for count, word in counts if count)
        rows = in_rows(self.total)
        return "  ".join([f"{rows}: {listed}" if listed else rows, *([self.money()] if self.saved else [])])

    def money(self) -> str:
        """The cost of the saved rows with its source: `$2.44 (sandbox)`, `$0.07 to $0.16 (estimated), 3 unpriced`."""
        source = self.cost()["source"]
        text = f"{self.price()} ({source})" if source else self.price()
        return f"{text}, {self._unpriced} unpriced" if source and self._unpriced else text

    def price(self) -> str:
        """The cost of the saved rows without its source: `$2.44`, `$0.07 to $0.16`, `cost unknown`."""
        low, high = self.cost()["amount"], self.cost()["max"]
        if low is None:
            return "cost unknown"
        return f"${low}" if low == high else f"${low} to ${high}"

    def rate(self, elapsed: float) -> float | None:
        """Images saved per second, after `elapsed` seconds of this run; None before the first image."""
        return self._images / elapsed if self._images and elapsed > 0 else None

    def left(self, elapsed: float) -> float | None:
        """Estimated seconds until all rows have ended; None before one ended. Skipped rows do not count as work."""
        worked = self.ended - self.skipped
        if not self.not_sent:
            return 0.0
        return self.not_sent * elapsed / worked if worked and elapsed > 0 else None
