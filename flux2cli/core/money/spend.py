"""Spend: adds groups of jobs up into rows. No I/O; an unknown amount stays unknown and is never 0."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from flux2cli.core.job.job import State
from flux2cli.core.money.budget import BILLED
from flux2cli.core.money.cost_sum import CostSum

By = Literal["day", "provider", "variant", "label"]

_RUNNING = ("submitting", "submitted", "ready")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """`count` jobs with the same key, state and amounts (US dollars; None when no price is known).

    `source` is `reported` or `estimated`.
    """

    key: str | None
    state: State
    source: str
    low: Decimal | None
    high: Decimal | None
    count: int


@dataclass(slots=True)
class SpendRow:
    """One line of `flux2 cost`. `running` and `unknown` jobs are not spent, but may become so."""

    key: str | None
    reported: CostSum = field(default_factory=CostSum)
    estimated: CostSum = field(default_factory=CostSum)
    running: CostSum = field(default_factory=CostSum)
    unknown: CostSum = field(default_factory=CostSum)

    def add(self, group: Spent) -> None:
        """Add a group. Refused, failed and moderated jobs count as free."""
        if group.state in BILLED:
            part = self.reported if group.source == "reported" else self.estimated
        elif group.state in _RUNNING:
            part = self.running
        elif group.state == "unknown":
            part = self.unknown
        else:
            return
        part.add(group.low, group.high, group.count)

    @property
    def jobs(self) -> int:
        """The number of jobs in the row."""
        return sum(part.count for part in (self.reported, self.estimated, self.running, self.unknown))


def add_up(groups: Iterable[Spent]) -> list[SpendRow]:
    """A row for each key whose jobs cost or may cost something, in the order of the groups."""
    rows: dict[str | None, SpendRow] = {}
    for group in groups:
        rows.setdefault(group.key, SpendRow(key=group.key)).add(group)
    return [row for row in rows.values() if row.jobs]


def total(groups: Iterable[Spent]) -> SpendRow:
    """All groups in one row."""
    row = SpendRow(key=None)
    for group in groups:
        row.add(group)
    return row
