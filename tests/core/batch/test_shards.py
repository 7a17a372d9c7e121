"""Shards: disjoint, complete and about equal, and what is none."""

import random

import pytest

from flux2cli.core.batch.row_keys import row_key
from flux2cli.core.batch.shards import Shard, parse_shard
from flux2cli.errors import UsageError


def test_shards_are_disjoint_and_complete() -> None:
    dice = random.Random(7)
    for _ in range(200):
        count = dice.randint(1, 40)
        keys = [f"{dice.getrandbits(128):032x}" for _ in range(dice.randint(0, 300))]
        parts = [Shard(index=n, count=count) for n in range(1, count + 1)]

        assert sorted(key for part in parts for key in keys if part.has(key)) == sorted(keys)


def test_many_machines_all_get_rows() -> None:
    keys = [row_key("00" * 32, row_id=str(n), repeat=0) for n in range(4000)]

    shares = [sum(Shard(index=n, count=40).has(key) for key in keys) for n in range(1, 41)]

    assert 50 < min(shares) <= max(shares) < 160


def test_a_shard_is_about_its_share() -> None:
    keys = [row_key(f"{n:064x}", row_id=None, repeat=0) for n in range(4000)]

    sizes = [sum(Shard(index=n, count=4).has(key) for key in keys) for n in (1, 2, 3, 4)]

    assert min(sizes) > 850


@pytest.mark.parametrize("text", ["", "1", "1/", "/2", "a/2", "1/2/3", "-1/2", "1.5/2", "1/x"])
def test_shards_that_are_none(text: str) -> None:
    with pytest.raises(UsageError, match="is not I/N"):
        parse_shard(text)


@pytest.mark.parametrize("text", ["0/3", "4/3", "0/0"])
def test_parts_that_do_not_exist(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_shard(text)

    assert caught.value.message == f"`--shard {text}`: there is no such part."
    assert "INDEX + 1" in str(caught.value.hint)


def test_a_shard() -> None:
    assert parse_shard(" 2/5") == Shard(index=2, count=5)
