"""Replaces small files whole: a reader, or whoever comes after a kill, finds the old one or the new one."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PRIVATE_DIRECTORY = 0o700
PRIVATE = 0o600
"""Read and written by the owner alone."""


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Makes the directory (for its owner alone, whatever the umask) and holds it: one writer at a time.

    The lock is on the directory itself, dies with the process and leaves no file behind.
    """
    directory.parent.mkdir(parents=True, exist_ok=True)
    try:
        directory.mkdir(mode=_PRIVATE_DIRECTORY)
        directory.chmod(_PRIVATE_DIRECTORY)  # a umask may have taken even the owner's bits
    except FileExistsError:
        pass
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:
            pass  # a file system without locks: the replacement is still whole, only two writers may meet
        yield
    finally:
        os.close(handle)


def make_private(directory: Path) -> bool:
    """Take the directory away from everybody but its owner; whether there was anything to take."""
    if not directory.stat().st_mode & 0o077:
        return False
    directory.chmod(_PRIVATE_DIRECTORY)
    return True


def replace(file: Path, text: str, *, mode: int | None = None) -> None:
    """Put `text` in the file's place, under `locked`. `mode` holds from the first byte; None: the old or usual one.

    A symbolic link in the file's place is replaced, not followed.
    """
    part = _part(file)
    part.unlink(missing_ok=True)  # a killed writer's
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode or 0o666)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            _set_mode(stream.fileno(), file, mode)
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync(file.parent)


def remove(file: Path) -> None:
    """Remove the file and what a killed writer left of it, under `locked`."""
    _part(file).unlink(missing_ok=True)
    file.unlink(missing_ok=True)
    _sync(file.parent)


def _part(file: Path) -> Path:
    return file.with_name(f".{file.name}.part")


def _set_mode(handle: int, file: Path, mode: int | None) -> None:
    if mode is None:
        try:
            mode = file.stat().st_mode & 0o777
        except FileNotFoundError:
            return
    os.fchmod(handle, mode)


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError:
        pass  # some file systems cannot; the rename stands all the same
    finally:
        os.close(handle)
