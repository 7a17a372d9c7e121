"""Gives a finished image a name that was free, never overwriting, and with its sidecar there first.

Killed at any instant, it leaves what a second `claim` of the same image completes: one image, one sidecar, no others.
"""

import errno
import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from flux2cli.core.names import numbered
from flux2cli.edges.files.parts import PartInfo, note_of, remove, sidecar_of, write_new
from flux2cli.edges.files.resume import read, settle

Link = Callable[[Path, Path], None]

_NO_LINKS = frozenset((
    errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES, errno.EINVAL, errno.EXDEV,
))  # fmt: skip
"""What file systems without hard links answer: FAT, many network and FUSE mounts."""

_BLOCK = 1 << 20


def claim(
    part: PartInfo,
    wanted: Path,
    *,
    sidecar: Callable[[str], bytes],
    record: Callable[[Path], None],
    overwrite: bool = False,
    recorded: Path | None = None,
    link: Link = os.link,
) -> Path:
    """Put a finished part under `wanted`, or `-2`, `-3`… of it, and say which it became. OSError when it cannot be.

    `sidecar` makes the sidecar for an image name; `record` is told each name before anything appears under it, and
    `recorded` is the last one that it was told by a run that may have been killed. Whatever happens, no temporary file
    is left. With `overwrite` the sidecar is replaced first, then the image: in between, old bytes have the new record.
    """
    places = {part.path.parent, wanted.parent} | ({recorded.parent} if recorded else set())
    try:
        if recorded is not None and settle(part, recorded):
            return recorded
        for path in _candidates(part, wanted, overwrite=overwrite):
            record(path)
            staged = _beside(part.path, path.parent)
            if _place(staged, note_of(part, path.parent), path, sidecar(path.name), overwrite=overwrite, link=link):
                _sync(path.parent)
                return path
    finally:
        for place in places:
            remove(place / part.path.name)
            remove(note_of(part, place))
    raise AssertionError("names do not run out")


def _candidates(part: PartInfo, wanted: Path, *, overwrite: bool) -> Iterator[Path]:
    """Names worth a try; whether one is really free only linking tells."""
    for n in count(1):
        path = numbered(wanted, n)
        if overwrite:
            other = read(sidecar_of(path))
            if not (other and other.job_id == part.job_id and other.index != part.index):
                yield path  # else it is another image of this very job
        elif not os.path.lexists(path) and not os.path.lexists(sidecar_of(path)):
            yield path


def _place(staged: Path, note: Path, path: Path, content: bytes, *, overwrite: bool, link: Link) -> bool:
    """Sidecar, then image; False when the name was taken meanwhile."""
    remove(note)
    write_new(note, [content])
    if overwrite:
        note.replace(sidecar_of(path))
        staged.replace(path)
        return True
    try:
        _put(note, sidecar_of(path), link)
    except FileExistsError:
        return False
    try:
        _put(staged, path, link)
    except FileExistsError:
        remove(sidecar_of(path))
        return False
    except OSError:
        remove(sidecar_of(path))
        raise
    return True


def _put(source: Path, target: Path, link: Link) -> None:
    """Give a file a name that must be free. FileExistsError when it is not.

    Without hard links an empty file takes the name, and is then replaced: nothing half-written ever shows.
    """
    try:
        link(source, target)
        return
    except FileExistsError:
        if not _same(source, target):  # a network file system can repeat a link that had worked
            raise
        return
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
    write_new(target)
    try:
        source.replace(target)
    except OSError:
        remove(target)
        raise


def _beside(part: Path, directory: Path) -> Path:
    """The part in the directory of its future name, which is made; copied when that is another file system."""
    directory.mkdir(parents=True, exist_ok=True)
    staged = directory / part.name
    if part.parent == directory or not part.exists():
        return staged
    try:
        part.replace(staged)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        remove(staged)
        with part.open("rb") as file:
            write_new(staged, iter(lambda: file.read(_BLOCK), b""))
        remove(part)
    return staged


def _same(one: Path, other: Path) -> bool:
    try:
        return os.path.samestat(one.lstat(), other.lstat())
    except OSError:
        return False


def _sync(directory: Path) -> None:
    """Make names durable, where the file system can."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)
