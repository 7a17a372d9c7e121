"""`--seeds`: lists and ranges of seeds, and what is none."""

import pytest

from flux2cli.core.batch.seed_list import parse_seeds
from flux2cli.errors import UsageError


@pytest.mark.parametrize(
    ("text", "seeds"),
    [
        ("7", [7]),
        ("3,5,8", [3, 5, 8]),
        ("8, 3", [8, 3]),
        ("1..4", [1, 2, 3, 4]),
        ("5..5", [5]),
        ("1..3,9", [1, 2, 3, 9]),
        ("0", [0]),
        ("18446744073709551615", [18446744073709551615]),
    ],
)
def test_seeds(text: str, seeds: list[int]) -> None:
    assert parse_seeds(text) == seeds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "`--seeds `: `` is neither a seed nor a range of seeds."),
        ("1,,2", "`--seeds 1,,2`: `` is neither a seed nor a range of seeds."),
        ("a", "`--seeds a`: `a` is neither a seed nor a range of seeds."),
        ("-1", "`--seeds -1`: `-1` is neither a seed nor a range of seeds."),
        ("1..", "`--seeds 1..`: `1..` is neither a seed nor a range of seeds."),
        ("٣", "`--seeds ٣`: `٣` is neither a seed nor a range of seeds."),
        ("9..3", "`--seeds 9..3`: the range `9..3` ends before it begins."),
        ("4,7,4", "`--seeds 4,7,4` has the seed 4 twice."),
        ("1..5,3", "`--seeds 1..5,3` has the seed 3 twice."),
        ("18446744073709551616", "`--seeds 18446744073709551616`: `18446744073709551616` has more than 64 bits."),
        (
            "5,1..99999999999999999999",
            "`--seeds 5,1..99999999999999999999`: `1..99999999999999999999` has more than 64 bits.",
        ),
        ("1..9999999999999", "`--seeds 1..9999999999999` asks for more than 100000 images."),
    ],
)
def test_seeds_that_are_none(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_seeds(text)

    assert caught.value.message == said
