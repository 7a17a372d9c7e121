"""Files that are not finished: `.JOBID-INDEX.part` beside where the image will be, hashed and checked while written."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from flux2cli.core.images.sniff import Checker, ImageInfo, NotAnImageError
from flux2cli.core.request.file_names import LONGEST_NAME
from flux2cli.errors import UsageError

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class BrokenImageError(Exception):
    """What came is not the whole image. The text is a clause that says why, such as "it is an HTML page"."""


_PIECE = 1 << 17
"""Bytes of an image that are handled at once."""

MOST_IMAGES = 8
"""Images that a request may make: twice what any provider offers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartInfo:
    """A whole image, on disk under its temporary name. `bytes` is its length."""

    job_id: str
    index: int
    path: Path
    sha256: str
    bytes: int
    image: ImageInfo


def prepare(directory: Path, name: str | None = None) -> None:
    """Make the directory and its parents and prove that a file can be written there.

    `name` is the file's, where it is known already. UsageError says why it cannot be; directories made so far stay.
    """
    if name is not None and len(os.fsencode(name)) > LONGEST_NAME:
        raise UsageError(
            f"The file name `{name}` is too long.", hint=f"give `-o` a name of at most {LONGEST_NAME} bytes"
        )
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _try_to_write(directory)
    except FileExistsError:
        raise _unusable(directory, "it is a file, not a directory") from None
    except OSError as error:
        raise _unusable(directory, error.strerror or str(error)) from None


def _try_to_write(directory: Path) -> None:
    """Write a byte to a file without a name where the system has such, so that a kill leaves nothing; OSError.

    Elsewhere the name lasts for microseconds, and the next run in this directory takes away what a kill left of it.
    """
    try:
        descriptor = os.open(directory, os.O_WRONLY | os.O_TMPFILE | os.O_CLOEXEC, 0o600)
    except (AttributeError, OSError):  # no such flag, no such file system, or no right to write: the name tells
        for left in directory.glob(".flux2-*.part"):
            remove(left)
        probe = directory / f".flux2-{os.getpid()}-{os.urandom(4).hex()}.part"
        descriptor = os.open(probe, _NEW, 0o600)
        remove(probe)
    try:
        _write_all(descriptor, b"\0")
    finally:
        os.close(descriptor)


def open_part(directory: Path, job_id: str, index: int) -> "Part":
    """Begin to write an image of a job, removing what an earlier try left of it. OSError when that is not possible."""
    path = directory / f".{job_id}-{index}.part"
    return Part(path, create(path), job_id=job_id, index=index)


class Part:
    """An image while it arrives. Leaving or closing it before `finish` succeeded removes the file."""

    def __init__(self, path: Path, descriptor: int, *, job_id: str, index: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self._job_id = job_id
        self._index = index
        self._hash = hashlib.sha256()
        self._bytes = 0
        self._checker = Checker()
        self._finished = False
        self._waiting: list[bytes] = []
        self._room = 0

    def write(self, chunk: bytes) -> None:
        """Append. BrokenImageError as soon as it is certain that this is no image; OSError from the disk."""
        self._bytes += len(chunk)
        self._waiting.append(chunk)
        self._room -= len(chunk)
        if self._room <= 0:
            self._flush()

    def _flush(self) -> None:
        """Write, hash and check what came, in few pieces: each lets another thread in, and waits to be let in again.

        The first piece is looked at when it comes, so that what is no image is not read to its end.
        """
        piece = b"".join(self._waiting)
        self._waiting.clear()
        self._room = _PIECE
        _write_all(self._descriptor, piece)
        self._hash.update(piece)
        try:
            self._checker.feed(piece)
        except NotAnImageError as error:
            raise BrokenImageError(str(error)) from None

    def finish(self, expected_length: int | None = None) -> PartInfo:
        """Make the image durable; BrokenImageError when it is not whole, or not `expected_length` bytes long."""
        if expected_length is not None and self._bytes != expected_length:
            raise BrokenImageError(f"it has {self._bytes} bytes of {expected_length}")
        if self._waiting:
            self._flush()
        try:
            image = self._checker.finish()
        except NotAnImageError as error:
            raise BrokenImageError(str(error)) from None
        os.fsync(self._descriptor)
        self._finished = True
        self.close()
        return PartInfo(
            job_id=self._job_id,
            index=self._index,
            path=self.path,
            sha256=self._hash.hexdigest(),
            bytes=self._bytes,
            image=image,
        )

    def close(self) -> None:
        """Let go of the file, and remove it unless `finish` succeeded. May be called twice."""
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            if not self._finished:
                remove(self.path)
            os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def remove_parts(directory: Path, job_id: str, count: int = MOST_IMAGES) -> None:
    """Remove the temporary files that a job of so many images may have left in a directory.

    By their names: a look through a folder of many images takes longer than making one.
    """
    for n in range(count):
        for name in (f".{job_id}-{n}.part", f".{job_id}-{n}.json.part", f".{job_id}-inline-{n}.part"):
            remove(directory / name)


def sidecar_of(path: Path) -> Path:
    """The record that belongs to an image."""
    return path.with_name(f"{path.name}.json")


def note_of(part: PartInfo, directory: Path) -> Path:
    """The sidecar of a part, before it has its name."""
    return directory / f".{part.job_id}-{part.index}.json.part"


def create(path: Path, mode: int = 0o666) -> int:
    """Open a temporary file of ours for writing, in place of one that an earlier run left; its descriptor."""
    try:
        return os.open(path, _NEW, mode)
    except FileExistsError:
        remove(path)
        return os.open(path, _NEW, mode)


def write_new(path: Path, chunks: Iterable[bytes] = ()) -> None:
    """Write a file that must not exist yet, and make it durable. A file that could not be written whole is removed."""
    _write(path, os.open(path, _NEW, 0o666), chunks)


def write_again(path: Path, chunks: Iterable[bytes]) -> None:
    """The same for a temporary file of ours, in place of one that an earlier run left."""
    _write(path, create(path), chunks)


def _write(path: Path, descriptor: int, chunks: Iterable[bytes]) -> None:
    try:
        for chunk in chunks:
            _write_all(descriptor, chunk)
        os.fsync(descriptor)
    except BaseException:
        remove(path)
        raise
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, content: bytes) -> None:
    """Write everything, however little the system takes at once."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def remove(path: Path) -> None:
    """Remove a file of ours if it is there and can be."""
    try:
        path.unlink()
    except OSError:
        pass


def _unusable(directory: Path, reason: str) -> UsageError:
    return UsageError(
        f"No file can be made in `{directory}`: {reason}.", hint="choose another place with `-o DIR/`, and try again"
    )
