"""Budgets: what fits exactly is sent, a cent more is not, and an unknown price needs consent."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from flux2cli.core.job.job import State
from flux2cli.core.money.budget import DayBudget, Group, check_day, check_request, day_of
from flux2cli.core.money.job_cost import Cost
from flux2cli.errors import BudgetError

UNKNOWN = Cost(low=None, high=None, source="estimated")


def cost(low: str, high: str) -> Cost:
    return Cost(low=Decimal(low), high=Decimal(high), source="estimated")


def day(amount: str, *, allow_unpriced: bool = False) -> DayBudget:
    return DayBudget(amount=Decimal(amount), since="2026-03-01T00:00:00.000Z", allow_unpriced=allow_unpriced)


def group(state: State, estimate: str | None, paid: str | None = None, count: int = 1) -> Group:
    known = estimate if paid is None else paid
    return Group(state=state, cost=None if known is None else Decimal(known), count=count)


def test_a_day_begins_at_midnight_in_utc() -> None:
    assert day_of(datetime(2026, 3, 1, 23, 59, tzinfo=UTC)) == "2026-03-01T00:00:00.000Z"
    assert day_of(datetime(2026, 3, 1, 23, 59, tzinfo=timezone(timedelta(hours=-5)))) == "2026-03-02T00:00:00.000Z"


@pytest.mark.parametrize(
    ("run", "image", "said"),
    [
        (None, None, None),
        ("0.04", None, None),
        ("0.039", None, "This may cost up to $0.04, and `--max-cost` is $0.039; nothing was sent."),
        (None, "0.02", None),
        (
            None,
            "0.01",
            "An image of this request may cost up to $0.02, and `budget.per_image` is $0.01; nothing was sent.",
        ),
    ],
)
def test_the_upper_end_of_an_estimate_counts(run: str | None, image: str | None, said: str | None) -> None:
    limits = {"run": None if run is None else Decimal(run), "image": None if image is None else Decimal(image)}
    message = None
    try:
        check_request(cost("0.01", "0.04"), 2, allow_unpriced=False, **limits)
    except BudgetError as error:
        message = error.message

    assert message == said


@pytest.mark.parametrize(
    ("run", "image", "limit"), [("1", None, "--max-cost"), (None, "1", "budget.per_image"), ("1", "1", "--max-cost")]
)
def test_an_unknown_price_is_held_against_no_limit_without_consent(
    run: str | None, image: str | None, limit: str
) -> None:
    limits = {"run": None if run is None else Decimal(run), "image": None if image is None else Decimal(image)}

    with pytest.raises(BudgetError, match=f"so it cannot be held against `{limit}`"):
        check_request(UNKNOWN, 1, allow_unpriced=False, **limits)

    check_request(UNKNOWN, 1, allow_unpriced=True, **limits)


@pytest.mark.parametrize(
    ("amount", "fits"),
    [("0.45", True), ("0.449", False)],
)
def test_a_day_adds_what_is_spent_and_what_is_held(amount: str, fits: bool) -> None:
    groups = [
        group("saved", "0.50", "0.10"),  # what was paid counts, not what was estimated
        group("cancelled", "0.05"),
        group("submitted", "0.05", count=2),
        group("unknown", "0.10"),
        group("rejected", "9"),
        group("not-sent", "9"),
        group("moderated", "9"),
    ]

    refused = check_day(day(amount), Decimal("0.10"), groups)

    assert (refused is None) is fits


def test_the_refusal_of_a_day_has_the_sums() -> None:
    refused = check_day(
        day("0.2"), Decimal("0.1"), [group("saved", "0.1", "0.08"), group("ready", "0.05"), group("unknown", None)]
    )

    assert refused is not None
    assert refused.message == (
        "This may cost up to $0.10, and of today's $0.20 (`budget.per_day`, UTC) $0.08 is spent and $0.05 is held "
        "for jobs that are running or unknown, and 1 jobs have no known price; nothing was sent."
    )


def test_a_day_takes_an_unknown_price_only_with_consent() -> None:
    assert check_day(day("1", allow_unpriced=True), None, []) is None
    refused = check_day(day("1"), None, [])
    assert refused is not None
    assert "`budget.per_day`" in refused.message
