"""Process liveness: each process that works on jobs holds a lock file under `run/` until it ends.

`alive` tests with a shared lock, so that two processes which test the same dead owner do not take each other for it.
"""

import os
from base64 import b32encode
from pathlib import Path

from flux2cli.edges.ledger.locks import locked, try_lock


class Owners:
    """The lock files in `directory/run/`. Not for use in a forked child, which would share its parent's lock."""

    def __init__(self, directory: Path) -> None:
        self._run = directory / "run"
        self._guard = directory / "run.lock"
        self._name: str | None = None
        self._descriptor = -1

    @property
    def name(self) -> str | None:
        """The name of this process's lock file, None before the first `own`."""
        return self._name

    def own(self) -> str:
        """The name of this process's lock file; the first call creates and locks it. InternalError, OSError."""
        if self._name is None:
            name = f"{os.getpid()}-{b32encode(os.urandom(5)).decode('ascii').lower()}.lock"
            # Under the guard: between creation and lock, a sweep would take the file for a dead process's.
            with locked(self._guard):
                flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
                descriptor = os.open(self._run / name, flags, 0o600)
                if not try_lock(descriptor, exclusive=True):
                    os.close(descriptor)
                    raise BlockingIOError(0, "a new lock file is locked by another process", str(self._run / name))
            self._name, self._descriptor = name, descriptor
        return self._name

    def alive(self, name: str) -> bool:
        """Whether the process that locked this file still runs; True for this process."""
        try:
            descriptor = os.open(self._run / name, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        except PermissionError:
            return True  # another user's lock file, which cannot be tested: leave that process's jobs alone
        try:
            return not try_lock(descriptor, exclusive=False)
        finally:
            os.close(descriptor)

    def sweep(self) -> None:
        """Remove the lock files of dead processes."""
        with locked(self._guard):
            for file in self._run.glob("*.lock"):
                if not self.alive(file.name):
                    file.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove and unlock this process's file: its remaining jobs count as those of a dead process."""
        if self._name is None:
            return
        try:
            (self._run / self._name).unlink(missing_ok=True)
        except OSError:
            pass  # the next process that opens the ledger sweeps it
        os.close(self._descriptor)
        self._name, self._descriptor = None, -1
