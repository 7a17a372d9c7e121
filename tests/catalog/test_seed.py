"""Seeds: what means that there is none, and what a response may state."""

import pytest

from flux2cli.catalog.seed import MOST, is_no_seed, stated_seed


@pytest.mark.parametrize("value", ["-1", " -1 ", "-1.0", -1, -1.0, "random", "RANDOM", "None"])
def test_no_seed(value: object) -> None:
    assert is_no_seed(value)


@pytest.mark.parametrize("value", [0, 7, "7", "", "-2", -2, True, "randomly"])
def test_a_seed_or_no_word_for_none(value: object) -> None:
    assert not is_no_seed(value)


@pytest.mark.parametrize(
    ("value", "seed"),
    [
        (7, 7),
        (7.0, 7),
        ("7", 7),
        (" 7.0 ", 7),
        ("7e0", 7),
        (0, 0),
        (2**64 - 1, 2**64 - 1),
        (2**64 + 1, 2**64 + 1),
        (9007199254740992.0, 9007199254740992),
    ],
)
def test_a_seed_that_is_stated(value: object, seed: int) -> None:
    assert stated_seed(value) == seed
    assert type(stated_seed(value)) is int


@pytest.mark.parametrize(
    "value",
    [True, None, 7.5, "7.5", float("nan"), "NaN", float("inf"), -1, "", "seven", [7], {"seed": 7}, 1e19, 2**128,
     "1e999999999", "1e-999999999"],
)  # fmt: skip
def test_what_states_no_seed(value: object) -> None:
    assert stated_seed(value) is None


def test_the_largest_seed_has_64_bits() -> None:
    assert MOST == 18446744073709551615
