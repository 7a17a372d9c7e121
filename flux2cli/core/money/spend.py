"""What was spent: groups of jobs added up into rows. No I/O; an unknown amount stays unknown and is never 0."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from flux2cli.catalog.pricing import money
from flux2cli.core.job.job import State
from flux2cli.core.money.budget import BILLED

By = Literal["day", "provider", "variant", "label"]

_RUNNING = ("submitting", "submitted", "ready")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """`count` jobs with the same state and amounts (US dollars; None where no price is known).

    `source` is `reported` or `estimated`.
    """

    key: str | None
    state: State
    source: str
    low: Decimal | None
    high: Decimal | None
    count: int


@dataclass(slots=True)
class Amount:
    """Jobs and what they come to, at least and at most; `unpriced` of them have no known price and are not in it."""

    jobs: int = 0
    unpriced: int = 0
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)

    def add(self, group: Spent) -> None:
        """Count a group in."""
        self.jobs += group.count
        if group.low is None or group.high is None:
            self.unpriced += group.count
            return
        self.low += group.low * group.count
        self.high += group.high * group.count

    def record(self) -> dict[str, object]:
        """As JSON: amounts are decimal text, null when nothing in it has a price."""
        known = self.jobs > self.unpriced
        return {
            "jobs": self.jobs,
            "amount": money(self.low) if known or not self.jobs else None,
            "max": money(self.high) if known or not self.jobs else None,
            "unpriced": self.unpriced,
        }


@dataclass(slots=True)
class SpendRow:
    """One line of `flux2 cost`. `running` and `unknown` are not spent, but may be."""

    key: str | None
    reported: Amount = field(default_factory=Amount)
    estimated: Amount = field(default_factory=Amount)
    running: Amount = field(default_factory=Amount)
    unknown: Amount = field(default_factory=Amount)

    def add(self, group: Spent) -> None:
        """Count a group in. What was refused, failed or moderated costs nothing that is known of."""
        if group.state in BILLED:
            (self.reported if group.source == "reported" else self.estimated).add(group)
        elif group.state in _RUNNING:
            self.running.add(group)
        elif group.state == "unknown":
            self.unknown.add(group)

    @property
    def jobs(self) -> int:
        """How many jobs are in it."""
        return sum(part.jobs for part in (self.reported, self.estimated, self.running, self.unknown))

    def record(self) -> dict[str, object]:
        """As JSON."""
        parts = {name: getattr(self, name).record() for name in ("reported", "estimated", "running", "unknown")}
        return {"jobs": self.jobs, **parts, "currency": "USD"}


def add_up(groups: Iterable[Spent]) -> list[SpendRow]:
    """A row for each key with jobs that cost or may cost something, in the order in which they come."""
    rows: dict[str | None, SpendRow] = {}
    for group in groups:
        rows.setdefault(group.key, SpendRow(key=group.key)).add(group)
    return [row for row in rows.values() if row.jobs]


def total(groups: Iterable[Spent]) -> SpendRow:
    """All in one row."""
    row = SpendRow(key=None)
    for group in groups:
        row.add(group)
    return row
