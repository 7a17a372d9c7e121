"""What was spent, added up: sources apart, ranges kept, unknown amounts unknown."""

from decimal import Decimal

from flux2cli.core.job.job import State
from flux2cli.core.money.spend import SpendRow, Spent, add_up, total


def spent(
    key: str | None, state: State, low: str | None, high: str | None, count: int = 1, source: str = "estimated"
) -> Spent:
    amounts = [None if text is None else Decimal(text) for text in (low, high)]
    return Spent(key=key, state=state, source=source, low=amounts[0], high=amounts[1], count=count)


def sums(row: SpendRow) -> dict[str, tuple[int, int, str]]:
    parts = {"reported": row.reported, "estimated": row.estimated, "running": row.running, "unknown": row.unknown}
    return {name: (part.count, part.unpriced, part.text()) for name, part in parts.items() if part.count}


def test_groups_of_one_key_are_one_row_with_sources_apart() -> None:
    rows = add_up(
        [
            spent("fal", "saved", "0.01", "0.02", 3),
            spent("bfl", "saved", "0.014", "0.014", source="reported"),
            spent("fal", "expired", "0.1", "0.1"),
        ]
    )

    assert [(row.key, row.jobs) for row in rows] == [("fal", 4), ("bfl", 1)]
    assert sums(rows[0]) == {"estimated": (4, 0, "$0.13 to $0.16")}
    assert sums(rows[1]) == {"reported": (1, 0, "$0.014")}


def test_what_runs_and_what_is_unknown_is_not_spent() -> None:
    row = total(
        [
            spent("a", "submitting", "1", "1"),
            spent("b", "submitted", "1", "1"),
            spent("c", "ready", "1", "1"),
            spent("d", "unknown", "2", "3"),
        ]
    )

    assert sums(row) == {"running": (3, 0, "$3.00"), "unknown": (1, 0, "$2.00 to $3.00")}


def test_what_was_refused_or_failed_has_no_row() -> None:
    states: tuple[State, ...] = ("rejected", "failed", "moderated", "not-sent")

    assert add_up([spent("a", state, "1", "1") for state in states]) == []


def test_an_amount_without_a_price_is_counted_and_not_added() -> None:
    both = total([spent("a", "saved", None, None, 2), spent("a", "saved", "0.01", "0.01")])
    none = total([spent("a", "saved", None, None)])

    assert sums(both) == {"estimated": (3, 2, "$0.01")}
    assert sums(none) == {"estimated": (1, 1, "unknown")}
