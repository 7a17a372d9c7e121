"""Gives a finished image a name that was free, never overwriting, and with its sidecar there first.

Killed at any instant, it leaves what a second `claim` of the same image completes: one image, one sidecar, no others.
"""

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from flux2cli.core.request.file_names import numbered
from flux2cli.edges.files.parts import PartInfo, note_of, remove, sidecar_of, write_again, write_new
from flux2cli.edges.files.recover import SidecarStub, read, settle

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
    keep: Callable[[SidecarStub], bool] = lambda _: False,
    recorded: Path | None = None,
    link: Link = os.link,
) -> Path:
    """Put a finished part under `wanted`, or `-2`, `-3`… of it, and say which it became. OSError when it cannot be.

    `sidecar` makes the sidecar for an image name; `record` is told each name before anything appears under it, and
    `recorded` is the last one that it was told by a run that may have been killed. Whatever happens, no temporary file
    is left. With `overwrite` the sidecar is replaced first, then the image: in between, old bytes have the new record.
    Names whose sidecar `keep` says yes to, and other images of the same job, are passed over even then.
    """

    def may_replace(path: Path) -> bool:
        other = read(sidecar_of(path))
        return other is None or not (_is_sibling(other, part) or keep(other))

    places = {part.path.parent, wanted.parent} | ({recorded.parent} if recorded else set())
    try:
        if recorded is not None and settle(part, recorded):
            return recorded
        for path in _names(wanted, may_replace if overwrite else _is_free):
            record(path)
            staged, note = _beside(part.path, path.parent), note_of(part, path.parent)
            write_again(note, [sidecar(path.name)])
            if _replace(staged, note, path, may_replace) if overwrite else _place(staged, note, path, link):
                _sync(path.parent)
                return path
    finally:
        for place in places:
            remove(place / part.path.name)
            remove(note_of(part, place))
    raise AssertionError("names do not run out")


def _names(wanted: Path, is_open: Callable[[Path], bool]) -> Iterator[Path]:
    """Names worth a try; whether one is really open only taking it tells."""
    return filter(is_open, (numbered(wanted, n) for n in count(1)))


def _is_free(path: Path) -> bool:
    return not os.path.lexists(path) and not os.path.lexists(sidecar_of(path))


def _is_sibling(other: SidecarStub, part: PartInfo) -> bool:
    """Whether it is another image of this very job."""
    return other.job_id == part.job_id and other.index != part.index


def _replace(staged: Path, note: Path, path: Path, may_replace: Callable[[Path], bool]) -> bool:
    """Sidecar, then image, whatever was there; False when it became something that must stay."""
    with _alone_in(path.parent):
        if not may_replace(path):
            return False
        note.replace(sidecar_of(path))
        staged.replace(path)
    return True


@contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    """Nobody else replaces a file in the directory meanwhile, as far as its file system can lock one."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError:
            pass  # some network file systems; two rows that want one name at once are rare
        yield
    finally:
        os.close(descriptor)


def _place(staged: Path, note: Path, path: Path, link: Link) -> bool:
    """Sidecar, then image, in a name that is free; False when it was taken meanwhile."""
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
    staged = directory / part.name
    if part.parent == directory:
        return staged
    directory.mkdir(parents=True, exist_ok=True)
    if not part.exists():
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
