"""One core for a busy run, where the system lets one choose, and all of them again afterwards."""

import os

import pytest

from flux2cli.engine.cpu_affinity import one_core


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="the system has no affinities")
def test_a_thread_is_on_one_core_in_the_block_and_free_after_it() -> None:
    before = os.sched_getaffinity(0)
    with one_core():
        inside = os.sched_getaffinity(0)

    assert len(inside) == 1
    assert inside <= before
    assert os.sched_getaffinity(0) == before


def test_where_it_is_not_allowed_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refuse, raising=False)
    ran = []
    with one_core():
        ran.append(True)

    assert ran == [True]
