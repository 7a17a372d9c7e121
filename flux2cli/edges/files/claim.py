"""Moves a finished image to a free name, never overwriting a file, and puts its sidecar there first.

After a kill at any instant, a second `claim` of the same image completes the work: one image, one sidecar, no others.
"""

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flux2cli.edges.files.parts import PartInfo, overwrite_file, remove, sidecar_of, staged_sidecar, write_new
from flux2cli.edges.files.recover import SidecarStub, read_sidecar, recover
from flux2cli.edges.files.taken_names import TakenNames

Link = Callable[[Path, Path], None]

_NO_LINKS = frozenset((
    errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES, errno.EINVAL, errno.EXDEV,
))  # fmt: skip
"""Errors of link(2) on file systems without hard links: FAT, many network and FUSE mounts."""

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
    taken: TakenNames | None = None,
    link: Link = os.link,
) -> Path:
    """Move a finished part to `wanted`, or to its `-2`, `-3`… if taken; returns the path. OSError when it cannot.

    `sidecar` makes the sidecar's bytes for an image name. `record` is called with each path before a file appears
    there; `recorded` is the last path that an earlier, perhaps killed, run recorded. No temporary file is left in any
    case. `overwrite` replaces the sidecar first, then the image: in between, the old image has the new sidecar. Paths
    for whose sidecar `keep` returns True, and other images of the same job, are not replaced even then. `taken`
    remembers from one call to the next what it found taken.
    """

    def may_replace(path: Path) -> bool:
        other = read_sidecar(sidecar_of(path))
        return other is None or not (_is_sibling(other, part) or keep(other))

    directories = {part.path.parent, wanted.parent} | ({recorded.parent} if recorded else set())
    try:
        if recorded is not None and recover(part, recorded):
            return recorded
        is_usable = may_replace if overwrite else _is_free
        for path in (taken or TakenNames()).candidates(wanted, is_usable, lasting=not overwrite):
            record(path)
            image, note = _stage(part.path, path.parent), staged_sidecar(part, path.parent)
            overwrite_file(note, [sidecar(path.name)])
            if _replace(image, note, path, may_replace) if overwrite else _place(image, note, path, link):
                _sync(path.parent)
                return path
    finally:
        for directory in directories:
            remove(directory / part.path.name)
            remove(staged_sidecar(part, directory))
    raise AssertionError("names do not run out")


def _is_free(path: Path) -> bool:
    return not os.path.lexists(path) and not os.path.lexists(sidecar_of(path))


def _is_sibling(other: SidecarStub, part: PartInfo) -> bool:
    """Whether the sidecar describes another image of the part's job."""
    return other.job_id == part.job_id and other.index != part.image.index


def _replace(image: Path, note: Path, path: Path, may_replace: Callable[[Path], bool]) -> bool:
    """Replace sidecar, then image; False, and no change, when `path` now holds a file that must stay."""
    with _locked(path.parent):
        if not may_replace(path):
            return False
        note.replace(sidecar_of(path))
        image.replace(path)
    return True


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Excludes other `_replace` calls in the directory, as far as its file system supports locks."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError:
            pass  # some network file systems; two rows that want one name at once are rare
        yield
    finally:
        os.close(descriptor)


def _place(image: Path, note: Path, path: Path, link: Link) -> bool:
    """Put sidecar, then image, under a free name; False when another process took it meanwhile."""
    try:
        _put(note, sidecar_of(path), link)
    except FileExistsError:
        return False
    try:
        _put(image, path, link)
    except FileExistsError:
        remove(sidecar_of(path))
        return False
    except OSError:
        remove(sidecar_of(path))
        raise
    return True


def _put(source: Path, target: Path, link: Link) -> None:
    """Give a file the name `target`; FileExistsError when that is taken.

    Without hard links an empty file reserves the name and is then replaced, so that no partial file is visible.
    """
    try:
        link(source, target)
        return
    except FileExistsError:
        if not _same(source, target):  # a network file system may repeat a link call that had succeeded
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


def _stage(part: Path, directory: Path) -> Path:
    """Move the part into the directory, which is created if missing; copies it to another file system. Its new path."""
    target = directory / part.name
    if part.parent == directory:
        return target
    directory.mkdir(parents=True, exist_ok=True)
    if not part.exists():
        return target
    try:
        part.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        remove(target)
        with part.open("rb") as file:
            write_new(target, iter(lambda: file.read(_BLOCK), b""))
        remove(part)
    return target


def _same(one: Path, other: Path) -> bool:
    try:
        return os.path.samestat(one.lstat(), other.lstat())
    except OSError:
        return False


def _sync(directory: Path) -> None:
    """Make new names in the directory durable, where the file system supports it."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)
