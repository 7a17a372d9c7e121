"""Locks that the kernel lets go of when their process dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flux2cli.edges.ledger.error_messages import NOTHING_SENT, unusable

_PATIENCE = 30.0
_STEP = 0.005


@contextmanager
def locked(path: Path, *, patience: float = _PATIENCE) -> Iterator[None]:
    """Hold the lock file, making it first when needed; InternalError after `patience` seconds of waiting.

    Waiting has an end because a process that was stopped, not killed, keeps its locks.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        end = time.monotonic() + patience
        while not try_lock(descriptor, exclusive=True):
            if time.monotonic() > end:
                raise unusable(path, f"another process has held it for {patience:.0f} seconds", NOTHING_SENT)
            time.sleep(_STEP)
        yield
    finally:
        os.close(descriptor)


def try_lock(descriptor: int, *, exclusive: bool) -> bool:
    """Whether the open file could be locked at once."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
