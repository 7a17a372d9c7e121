"""Temporary files: an image is written to `.JOBID-INDEX.part` in its future directory, hashed and checked on the way.

Also the low-level writes that the package shares.
"""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from flux2cli.core.images.image import MOST_BYTES, MOST_IMAGES, Image
from flux2cli.core.images.sniff import Checker, NotAnImageError

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class BrokenImageError(Exception):
    """The bytes are not a whole image. The text is a clause that says why, such as "it is an HTML page"."""


_BLOCK = 1 << 17
"""Bytes of an image that are written, hashed and checked at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartInfo:
    """A whole image of a job, on disk under the temporary name `path`."""

    job_id: str
    path: Path
    image: Image


def open_part(directory: Path, job_id: str, index: int) -> "Part":
    """Open a temporary file for an image of a job, in place of one that an earlier attempt left. OSError."""
    path = directory / f".{job_id}-{index}.part"
    return Part(path, create(path), job_id=job_id, index=index)


class Part:
    """An image while it is downloaded. Closing it, or leaving its block, before `finish` succeeded removes the file."""

    def __init__(self, path: Path, descriptor: int, *, job_id: str, index: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self._job_id = job_id
        self._index = index
        self._hash = hashlib.sha256()
        self._bytes = 0
        self._checker = Checker()
        self._finished = False
        self._buffered: list[bytes] = []
        self._room = 0  # bytes until the next flush; the first chunk is flushed at once

    def write(self, chunk: bytes) -> None:
        """Append bytes. BrokenImageError as soon as they cannot become an image; OSError from the disk."""
        self._bytes += len(chunk)
        if self._bytes > MOST_BYTES:
            raise BrokenImageError(f"it has more than {MOST_BYTES >> 20} MiB")
        self._buffered.append(chunk)
        self._room -= len(chunk)
        if self._room <= 0:
            self._flush()

    def _flush(self) -> None:
        """Write, hash and check the buffered bytes, in few blocks: each releases the GIL and has to wait for it again.

        The first block is checked when it arrives, so that a response that is no image is not read to its end.
        """
        block = b"".join(self._buffered)
        self._buffered.clear()
        self._room = _BLOCK
        _write_all(self._descriptor, block)
        self._hash.update(block)
        try:
            self._checker.feed(block)
        except NotAnImageError as error:
            raise BrokenImageError(str(error)) from None

    def finish(self, expected_length: int | None = None) -> PartInfo:
        """Make the image durable; BrokenImageError when it is not whole, or not `expected_length` bytes long."""
        if expected_length is not None and self._bytes != expected_length:
            raise BrokenImageError(f"it has {self._bytes} bytes of {expected_length}")
        if self._buffered:
            self._flush()
        try:
            found = self._checker.finish()
        except NotAnImageError as error:
            raise BrokenImageError(str(error)) from None
        os.fsync(self._descriptor)
        self._finished = True
        self.close()
        image = Image(
            index=self._index,
            sha256=self._hash.hexdigest(),
            bytes=self._bytes,
            media_type=found.media_type,
            width=found.width,
            height=found.height,
        )
        return PartInfo(job_id=self._job_id, path=self.path, image=image)

    def close(self) -> None:
        """Close the file, and remove it unless `finish` succeeded. May be called twice."""
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
    """Remove the temporary files that a job of `count` images may have left in a directory.

    Removes by name: listing a directory of many images takes longer than making one.
    """
    for n in range(count):
        for name in (f".{job_id}-{n}.part", f".{job_id}-{n}.json.part", f".{job_id}-inline-{n}.part"):
            remove(directory / name)


def sidecar_of(path: Path) -> Path:
    """The path of an image's sidecar."""
    return path.with_name(f"{path.name}.json")


def staged_sidecar(part: PartInfo, directory: Path) -> Path:
    """The temporary path of a part's sidecar."""
    return directory / f".{part.job_id}-{part.image.index}.json.part"


def create(path: Path, mode: int = 0o666) -> int:
    """Create a temporary file, in place of one that an earlier run left; returns its descriptor, open for writing."""
    try:
        return os.open(path, _NEW, mode)
    except FileExistsError:
        remove(path)
        return os.open(path, _NEW, mode)


def write_new(path: Path, chunks: Iterable[bytes] = ()) -> None:
    """Write a file that must not exist yet, and make it durable. A partly written file is removed."""
    _write(path, os.open(path, _NEW, 0o666), chunks)


def overwrite_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Like `write_new` for a temporary file, in place of one that an earlier run left."""
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
    """Write all bytes: one `os.write` may take fewer."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def remove(path: Path) -> None:
    """Remove a file of the program; ignores a missing file and one that cannot be removed."""
    try:
        path.unlink()
    except OSError:
        pass
