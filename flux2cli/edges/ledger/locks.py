"""File locks (flock), which the kernel releases when their process dies, even by SIGKILL."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flux2cli.edges.ledger.error_messages import NOTHING_SENT, unusable

_TIMEOUT = 30.0
_RETRY_INTERVAL = 0.005


@contextmanager
def locked(path: Path, *, timeout: float = _TIMEOUT) -> Iterator[None]:
    """Hold an exclusive lock on a file, which is created if missing; InternalError after `timeout` seconds.

    The wait is limited because a process that was stopped (SIGSTOP), not killed, keeps its locks.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        end = time.monotonic() + timeout
        while not try_lock(descriptor, exclusive=True):
            if time.monotonic() > end:
                raise unusable(path, f"another process has held it for {timeout:.0f} seconds", NOTHING_SENT)
            time.sleep(_RETRY_INTERVAL)
        yield
    finally:
        os.close(descriptor)


def try_lock(descriptor: int, *, exclusive: bool) -> bool:
    """Lock an open file without waiting; returns whether that worked."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
