"""Keeps the threads of a busy run on one core."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_core() -> Iterator[None]:
    """Keep the calling thread, and those that it starts in the block, on one core, if the system allows it.

    Only one of them holds the GIL, and moving it between cores costs more than it gains. Work that needs no Python,
    such as disk writes, is not delayed. The process id selects the core, so that several runs use different ones.
    """
    try:
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {sorted(before)[os.getpid() % len(before)]})
    except (AttributeError, OSError):  # not Linux, or not permitted
        yield
        return
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
