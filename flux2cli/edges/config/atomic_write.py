"""Replaces small files atomically: a reader sees the old file or the new one, even after a kill in between."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PRIVATE_DIRECTORY = 0o700
PRIVATE = 0o600
"""File mode: read and written by the owner only."""


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Creates the directory, for its owner only whatever the umask, and locks it for one writer at a time.

    The lock is on the directory itself: the kernel releases it when the process dies, and it leaves no file behind.
    """
    directory.parent.mkdir(parents=True, exist_ok=True)
    try:
        directory.mkdir(mode=_PRIVATE_DIRECTORY)
        directory.chmod(_PRIVATE_DIRECTORY)  # a umask may have cleared even the owner's bits
    except FileExistsError:
        pass
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:
            pass  # a file system without locks: the replacement is still atomic, but of two writers one may be lost
        yield
    finally:
        os.close(handle)


def make_private(directory: Path) -> bool:
    """Restrict the directory to its owner; returns whether that changed its mode."""
    if not directory.stat().st_mode & 0o077:
        return False
    directory.chmod(_PRIVATE_DIRECTORY)
    return True


def replace(file: Path, text: str, *, mode: int | None = None) -> None:
    """Replace the file's content by `text`; call it under `locked`. The new file has `mode` from its first byte on.

    `mode` None keeps the old file's mode, or uses the umask. A symbolic link is replaced, not followed.
    """
    part = _part(file)
    part.unlink(missing_ok=True)  # left by a killed writer
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
    """Remove the file and a temporary file that a killed writer left; call it under `locked`."""
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
        pass  # some file systems cannot sync a directory; the rename is done all the same
    finally:
        os.close(handle)
