"""Images on disk: written beside their future name, checked, and given that name together with their sidecar.

An image without its sidecar never exists under its final name, and nothing that exists is overwritten unless asked.
"""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flux2cli.core.imagefile import Checker, ImageInfo
from flux2cli.core.names import numbered
from flux2cli.errors import UsageError

Link = Callable[[Path, Path], None]


def prepare(directory: Path) -> None:
    """Make a directory and prove that files can be made in it; UsageError when not."""
    probe = directory / f".flux2-{os.getpid()}.probe"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        os.close(os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        probe.unlink()
    except OSError as error:
        raise UsageError(
            f"Images cannot be saved in `{directory}`: {error.strerror or error}.", hint="give another place with -o"
        ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartInfo:
    """A whole, checked image under its temporary name."""

    path: Path
    job_id: str
    index: int
    sha256: str
    bytes: int
    image: ImageInfo


class Part:
    """An image on its way in: `.JOBID-INDEX.part` in the directory where it will stay."""

    def __init__(self, directory: Path, job_id: str, index: int) -> None:
        self.path = directory / f".{job_id}-{index}.part"
        self._job_id, self._index = job_id, index
        self._checker = Checker()
        self._hash = hashlib.sha256()
        self._bytes = 0
        self._kept = False
        directory.mkdir(parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW
        self._file = os.fdopen(os.open(self.path, flags, 0o666), "wb")

    def write(self, chunk: bytes) -> None:
        """The next bytes. NotAnImageError as soon as they are none of an image; OSError from the disk."""
        self._checker.feed(chunk)
        self._file.write(chunk)
        self._hash.update(chunk)
        self._bytes += len(chunk)

    def finish(self) -> PartInfo:
        """Checked and on the disk. NotAnImageError when it is not a whole image."""
        image = self._checker.finish()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._kept = True
        return PartInfo(
            path=self.path,
            job_id=self._job_id,
            index=self._index,
            sha256=self._hash.hexdigest(),
            bytes=self._bytes,
            image=image,
        )

    def close(self) -> None:
        """Close the file, and remove it unless `finish` succeeded."""
        try:
            self._file.close()
        except OSError:
            pass  # a full disk says so again at close; what is here goes anyway
        if not self._kept:
            self.path.unlink(missing_ok=True)


def open_part(directory: Path, job_id: str, index: int) -> Part:
    """A new part; one that an earlier try left behind is replaced."""
    return Part(directory, job_id, index)


def sidecar_path(image: Path) -> Path:
    """Where the record of an image lies."""
    return image.with_name(image.name + ".json")


def claim(
    part: PartInfo,
    wanted: Path,
    *,
    sidecar: Callable[[str], bytes],
    record: Callable[[Path], None],
    overwrite: bool,
    before: Path | None = None,
    link: Link = os.link,
) -> Path:
    """Give a part its name, numbered when taken, with the sidecar that `sidecar(name)` makes; the path it got.

    `before` is the name that a stopped run of the same job had chosen: it is tried first. `record` is told each name
    before anything appears under it, so that a resumed job knows where to look.
    """
    wanted.parent.mkdir(parents=True, exist_ok=True)
    number = 0 if before is None else -1
    while True:
        number += 1
        path = numbered(wanted, number) if number > 0 or before is None else before
        record(path)
        beside = part.path.with_name(f".{part.job_id}-{part.index}.json.part")
        _write(beside, sidecar(path.name))
        try:
            if overwrite:
                # The record goes first: for an instant it may stand beside the old image, whose hash it does not fit.
                beside.replace(sidecar_path(path))
                part.path.replace(path)
                placed = True
            else:
                placed = _place(part, beside, path, link)
        finally:
            beside.unlink(missing_ok=True)
        if placed:
            part.path.unlink(missing_ok=True)
            _sync(path.parent)
            return path


def _place(part: PartInfo, beside: Path, path: Path, link: Link) -> bool:
    """Link sidecar, then image; False when the name is taken by somebody else."""
    target = sidecar_path(path)
    recorded = _recorded_hash(target, part.job_id, part.index)
    if recorded is not None:  # an earlier process of this job was stopped here
        if path.is_file() and _hash(path) == recorded:
            return True
        target.unlink()
        if _is_beginning(path, part.path):
            path.unlink()
    if os.path.lexists(path):
        return False
    try:
        _link(beside, target, link)
    except FileExistsError:
        return False
    try:
        _link(part.path, path, link)
    except FileExistsError:
        target.unlink()
        return False
    return True


def _recorded_hash(sidecar: Path, job_id: str, index: int) -> str | None:
    """The image hash in a sidecar of this job and index; None when it is another's, or none at all."""
    try:
        record = json.loads(sidecar.read_bytes())
        image = record["image"]
        return str(image["sha256"]) if (record["job_id"], image["index"]) == (job_id, index) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_beginning(path: Path, whole: Path) -> bool:
    """Whether a file is a copy of the beginning of another: what a stopped copy leaves."""
    try:
        with path.open("rb") as short, whole.open("rb") as full:
            while piece := short.read(1 << 20):
                if full.read(len(piece)) != piece:
                    return False
            return True
    except OSError:
        return False


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def already_saved(path: Path, job_id: str, index: int) -> bool:
    """Whether this image of this job is there, whole, with its sidecar."""
    recorded = _recorded_hash(sidecar_path(path), job_id, index)
    return recorded is not None and path.is_file() and _hash(path) == recorded


def _link(source: Path, target: Path, link: Link) -> None:
    try:
        link(source, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: claim the name, then fill it
        with target.open("xb") as out:
            out.write(source.read_bytes())
            out.flush()
            os.fsync(out.fileno())


def _write(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o666), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(directory: Path) -> None:
    try:
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        pass  # some file systems cannot; the files themselves are on the disk


def remove_parts(directory: Path, job_id: str) -> None:
    """Remove what an earlier process left of a job that is saved."""
    for leftover in directory.glob(f".{job_id}-*.part"):
        leftover.unlink(missing_ok=True)
