"""What counts as an amount of money, and what does not."""

from decimal import Decimal

import pytest

from flux2cli.providers.amounts import amount_of


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("0.05", "0.05"), ("3.0", "3.0"), (8.439999999999998, "8.439999999999998"), (4, "4"), (0, "0"),
        ("1e2", "100"), ("999999.99", "999999.99"), (1e-7, "0.0000001"), (Decimal("0.1"), "0.1"),
    ],
)  # fmt: skip
def test_an_amount(value: object, amount: str) -> None:
    assert amount_of(value) == Decimal(amount)


@pytest.mark.parametrize(
    "value",
    [
        None, True, "", "free", "-0.01", -1, "NaN", "sNaN", "Infinity", float("nan"), float("inf"), "1e30", 1e30,
        "1e999999999", "1e-999999999", "1000000", "9" * 50, 10**5000, "0." + "1" * 50, [], {}, "\u00b2",
    ],
    ids=lambda _: "",
)  # fmt: skip
def test_no_amount(value: object) -> None:
    assert amount_of(value) is None
