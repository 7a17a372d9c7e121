"""Amounts of bytes, as `--max-input` takes them and messages name them."""

import pytest

from flux2cli.core.amount_of_bytes import read_max_input, text_of_amount
from flux2cli.errors import UsageError


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1", 1),
        ("1048576", 1_048_576),
        ("500M", 524_288_000),
        ("4g", 4_294_967_296),
        ("2GiB", 2_147_483_648),
        ("10KB", 10_240),
        (" 1T ", 1_099_511_627_776),
    ],
)
def test_an_amount_is_a_whole_number_with_a_unit_or_without(typed: str, amount: int) -> None:
    assert read_max_input(typed) == amount


@pytest.mark.parametrize("typed", ["", "0", "0G", "-1", "1.5G", "G", "10q", "1e9", "٣", "1 G", "9" * 16])
def test_anything_else_is_no_amount(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_max_input(typed)

    assert caught.value.message == f"`--max-input {typed}` is not an amount of bytes."
    assert caught.value.hint == "for example --max-input 500M or 4G"


@pytest.mark.parametrize(
    ("amount", "text"),
    [(1, "1 bytes"), (1000, "1000 bytes"), (10_240, "10 KiB"), (1_073_741_824, "1 GiB"), (1_572_864, "1536 KiB")],
)
def test_an_amount_is_named_in_the_largest_unit_that_is_exact(amount: int, text: str) -> None:
    assert text_of_amount(amount) == text
