"""File locks: one holder at a time, a limited wait, and free again afterwards."""

import os
from pathlib import Path

import pytest

from flux2cli.edges.ledger.locks import locked, try_lock
from flux2cli.errors import InternalError


def test_one_holds_a_lock_and_it_is_free_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path), pytest.raises(InternalError) as caught, locked(path, timeout=0.01):
        pytest.fail("it has two holders")

    assert "another process has held it for 0 seconds" in caught.value.message
    with locked(path, timeout=0):
        assert path.stat().st_mode & 0o777 == 0o600


def test_shared_locks_go_together_and_keep_an_exclusive_one_out(tmp_path: Path) -> None:
    descriptors = [os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT) for _ in range(3)]

    taken = [try_lock(d, exclusive=exclusive) for d, exclusive in zip(descriptors, (False, False, True), strict=True)]
    for descriptor in descriptors:
        os.close(descriptor)

    assert taken == [True, True, False]
