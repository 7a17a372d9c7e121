"""Keeps the threads of a busy run on one core."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_core() -> Iterator[None]:
    """The calling thread, and those that it starts in the block, share a core, where the system lets one choose.

    Only one of them runs Python at a time, and handing that from core to core costs more than it gains. What needs no
    Python, such as the disk, is not held up. Which core is a matter of the process id, so that several runs spread.
    """
    try:
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {sorted(before)[os.getpid() % len(before)]})
    except (AttributeError, OSError):  # no Linux, or not allowed
        yield
        return
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
