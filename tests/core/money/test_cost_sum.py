"""Costs of many jobs added up."""

from decimal import Decimal

from flux2cli.core.money.cost_sum import CostSum


def test_costs_add_up_and_what_has_no_price_is_counted_apart() -> None:
    total = CostSum()
    total.add(Decimal("0.05"), Decimal("0.05"), 2)
    total.add(Decimal("0.07"), Decimal("0.16"))
    total.add(None, None, 3)

    assert (total.count, total.unpriced, total.text()) == (6, 3, "$0.17 to $0.26")


def test_nothing_costs_nothing_and_only_unpriced_requests_an_unknown_amount() -> None:
    unpriced = CostSum()
    unpriced.add(None, None)

    assert (CostSum().text(), unpriced.text()) == ("$0.00", "unknown")
