"""A day's budget in the books: held with the intent, settled with the image, freed by what was never sent."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from support.ledger_child import a_job

from flux2cli.core.job.job import Job, State
from flux2cli.core.money.budget import DayBudget
from flux2cli.core.money.job_cost import Cost
from flux2cli.edges.ledger import Ledger
from flux2cli.errors import BudgetError
from flux2cli.providers.amounts import amount_of

DAY = "2026-03-01T00:00:00.000Z"


def budget(amount: str, *, allow_unpriced: bool = False) -> DayBudget:
    return DayBudget(amount=Decimal(amount), since=DAY, allow_unpriced=allow_unpriced)


def costing(key: str, most: str | None, *, created_at: str = "2026-03-01T10:00:00.000Z") -> Job:
    return replace(a_job(key), estimate=Cost(low=amount_of(most), high=amount_of(most)), created_at=created_at)


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path, now=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC))
    yield ledger
    ledger.close()


@pytest.fixture
def other(tmp_path: Path, books: Ledger) -> Iterator[Ledger]:
    """Another process's, as far as locks and memory go."""
    assert books.jobs() == []
    ledger = Ledger(tmp_path, now=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC))
    yield ledger
    ledger.close()


def test_what_fits_exactly_is_begun_and_a_cent_more_is_not(books: Ledger) -> None:
    books.begin(costing("a", "0.60"), budget=budget("1.00"))
    books.begin(costing("b", "0.40"), budget=budget("1.00"))

    with pytest.raises(BudgetError) as refused:
        books.begin(costing("c", "0.01"), budget=budget("1.00"))

    assert "$0.01" in refused.value.message
    assert "$0.00 is spent and $1.00 is held" in refused.value.message
    assert len(books.jobs()) == 2


@pytest.mark.parametrize(
    ("states", "fits"),
    [
        (["not-sent"], True),
        (["rejected"], True),
        (["submitted", "failed"], True),
        (["submitted", "moderated"], True),
        (["unknown"], False),
        (["unknown", "not-sent"], True),
        (["submitted"], False),
        (["submitted", "ready"], False),
        (["submitted", "expired"], False),
        (["submitted", "cancelled"], False),
    ],
)
def test_what_holds_or_spends_a_budget(books: Ledger, states: list[State], fits: bool) -> None:
    job = books.begin(costing("a", "1.00"), budget=budget("1.00"))
    for state in states:
        books.update(job.job_id, state=state)

    if fits:
        books.begin(costing("b", "1.00"), budget=budget("1.00"))
    else:
        with pytest.raises(BudgetError):
            books.begin(costing("b", "1.00"), budget=budget("1.00"))


def test_a_saved_job_counts_with_its_cost_and_not_with_its_estimate(books: Ledger) -> None:
    job = books.begin(costing("a", "0.90"), budget=budget("1.00"))
    books.update(job.job_id, state="submitted")
    books.update(job.job_id, state="ready")
    books.update(job.job_id, state="saved", cost=Cost(low=Decimal("0.20"), high=Decimal("0.30")))

    books.begin(costing("b", "0.70"), budget=budget("1.00"))

    with pytest.raises(BudgetError, match=r"\$0\.30 is spent and \$0\.70 is held"):
        books.begin(costing("c", "0.01"), budget=budget("1.00"))


def test_yesterday_and_the_sandbox_do_not_count(books: Ledger) -> None:
    books.begin(costing("a", "5.00", created_at="2026-02-28T23:59:59.999Z"))
    books.begin(replace(costing("b", "5.00"), sandbox=True))

    books.begin(costing("c", "1.00"), budget=budget("1.00"))


def test_an_unknown_price_is_refused_unless_it_is_allowed(books: Ledger) -> None:
    with pytest.raises(BudgetError, match="No price is known"):
        books.begin(costing("a", None), budget=budget("1.00"))
    books.begin(costing("a", None), budget=budget("1.00", allow_unpriced=True))

    with pytest.raises(BudgetError, match="1 jobs have no known price"):
        books.begin(costing("b", "1.01"), budget=budget("1.00"))


def test_a_second_try_holds_its_budget_again_or_is_not_sent(books: Ledger, other: Ledger) -> None:
    job = books.begin(costing("a", "1.00"), budget=budget("1.00"))
    books.update(job.job_id, state="not-sent")  # the provider was busy; the flow waits
    other.begin(costing("b", "1.00"), budget=budget("1.00"))

    with pytest.raises(BudgetError):
        books.update(job.job_id, state="submitting")

    assert books.get(job.job_id).state == "not-sent"


def test_without_a_budget_nothing_is_refused(books: Ledger) -> None:
    books.begin(costing("a", "1000.00"))
    books.begin(costing("b", None))

    assert len(books.jobs()) == 2
