"""Billed megapixels and the text of amounts. The prices of requests are in tests/core/money."""

from decimal import Decimal

import pytest

from flux2cli.catalog.pricing import megapixels, money


@pytest.mark.parametrize(
    ("size", "billed"),
    [((1, 1), 1), ((1024, 1024), 1), ((1025, 1024), 2), ((1920, 1080), 2), ((2048, 2048), 4), ((2049, 2048), 5)],
)
def test_megapixels_are_rounded_up(size: tuple[int, int], billed: int) -> None:
    assert megapixels(size) == billed


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "0.00"), ("5", "5.00"), ("0.1", "0.10"), ("0.0050", "0.005"), ("1E+2", "100.00"), ("1E-6", "0.000001")],
)
def test_amounts_have_two_decimals_at_least_and_no_needless_zeros(amount: str, text: str) -> None:
    assert money(Decimal(amount)) == text


def test_an_unknown_amount_has_no_text() -> None:
    assert money(None) is None
