"""Budgets: whether a request may be sent, given its worst case and what is spent and held already. No I/O.

Amounts are in US dollars. The worst case is the upper end of an estimate.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from flux2cli.catalog.pricing import money
from flux2cli.core.job.job import State
from flux2cli.core.money.job_cost import Cost
from flux2cli.errors import BudgetError

HOLDING: tuple[State, ...] = ("submitting", "unknown", "submitted", "ready")
"""States whose worst case is held: the provider may bill them, or has done so."""
MIDNIGHT = "T00:00:00.000Z"
"""The first moment of a day behind its date, as the ledger writes times."""
BILLED: tuple[State, ...] = ("saved", "expired", "cancelled")
"""States that count as spent. The provider may have finished and billed a cancelled job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBudget:
    """The limit of one UTC day in US dollars; `since` is the day's first moment as the ledger writes times."""

    amount: Decimal
    since: str
    allow_unpriced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """`count` jobs with the same state, and the cost of each in US dollars: the worst case until it is known.

    None when no price is known.
    """

    state: State
    cost: Decimal | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What jobs use of a budget in US dollars: `spent`, and `held` for jobs that may be billed yet.

    `unpriced` of the jobs have no known price and count as 0 in both.
    """

    spent: Decimal = Decimal(0)
    held: Decimal = Decimal(0)
    unpriced: int = 0

    @property
    def total(self) -> Decimal:
        """What is used: spent or held."""
        return self.spent + self.held


@dataclass(frozen=True, slots=True, kw_only=True)
class DayUse:
    """A day's budget in US dollars, and what jobs use of it."""

    limit: Decimal
    used: Used

    def text(self) -> str:
        """`$0.42 of $5.00 used today (UTC), $0.10 of it held for jobs that are running or unknown`."""
        held = f", ${money(self.used.held)} of it held for jobs that are running or unknown" if self.used.held else ""
        beside = f", and {self.used.unpriced} without a price" if self.used.unpriced else ""
        return f"${money(self.used.total)} of ${money(self.limit)} used today (UTC){held}{beside}"


def day_of(moment: datetime) -> str:
    """The first moment of the UTC day, as the ledger writes times."""
    return f"{moment.astimezone(UTC):%Y-%m-%d}{MIDNIGHT}"


def used(groups: Iterable[Group]) -> Used:
    """What the jobs use of their budget."""
    found = [group for group in groups if group.state in HOLDING + BILLED]
    held, spent = (
        sum(((group.cost or Decimal(0)) * group.count for group in found if group.state in states), Decimal(0))
        for states in (HOLDING, BILLED)
    )
    return Used(spent=spent, held=held, unpriced=sum(group.count for group in found if group.cost is None))


def check_request(
    estimate: Cost, images: int, *, run: Decimal | None, image: Decimal | None, allow_unpriced: bool
) -> None:
    """BudgetError when one request may cost more than `--max-cost` or, per image, than `budget.per_image` allows."""
    if run is None and image is None:
        return
    if estimate.high is None:
        if not allow_unpriced:
            raise _unpriced("--max-cost" if run is not None else "budget.per_image")
        return
    if run is not None and estimate.high > run:
        raise BudgetError(
            f"This may cost up to ${money(estimate.high)}, and `--max-cost` is ${money(run)}; nothing was sent.",
            hint="--dry-run shows the estimate; a smaller --size or fewer images cost less",
        )
    if image is not None and estimate.high > image * images:
        raise BudgetError(
            f"An image of this request may cost up to ${money(estimate.high / images)}, and `budget.per_image` is "
            f"${money(image)}; nothing was sent.",
            hint="`flux2 config show` says who set it; a smaller --size costs less",
        )


def check_day(budget: DayBudget, worst: Decimal | None, groups: Iterable[Group]) -> BudgetError | None:
    """The error when one more request of this worst case could exceed the day's budget; None when it fits."""
    if worst is None:
        return None if budget.allow_unpriced else _unpriced("budget.per_day")
    today = used(groups)
    if today.total + worst <= budget.amount:
        return None
    beside = f", and {today.unpriced} jobs have no known price" if today.unpriced else ""
    return BudgetError(
        f"This may cost up to ${money(worst)}, and of today's ${money(budget.amount)} (`budget.per_day`, UTC) "
        f"${money(today.spent)} is spent and ${money(today.held)} is held for jobs that are running or unknown"
        f"{beside}; nothing was sent.",
        hint="`flux2 cost` shows the day; `flux2 jobs list --state unknown` names what can be resolved",
    )


def _unpriced(limit: str) -> BudgetError:
    return BudgetError(
        f"No price is known for this request, so it cannot be held against `{limit}`; nothing was sent.",
        hint="--allow-unpriced sends it anyway",
    )
