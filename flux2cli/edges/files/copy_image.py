"""Puts a copy of a recorded image, with its record, at another path: for moves, and for images from the cache."""

import fcntl
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from flux2cli.core.json_text import json_text
from flux2cli.edges.files.claim import claim
from flux2cli.edges.files.image_at import image_at
from flux2cli.edges.files.parts import (
    BrokenImageError,
    open_part,
    overwrite_file,
    remove,
    sidecar_of,
    staged_sidecar,
)
from flux2cli.edges.files.scan import record_at

Sidecar = Mapping[str, Any]
"""A sidecar's document."""

_BLOCK = 1 << 20


def copy_image(source: Path, document: Sidecar, target: Path, *, overwrite: bool) -> Path:
    """Copy the image at `source` to `target`, or beside it if that is taken; returns the path.

    `document` is its sidecar; the copy's names the new file. `overwrite` replaces what is at `target`, image and
    sidecar. BrokenImageError when the bytes are not those that the sidecar states; OSError when it cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file:
        _lock(file)
        if is_recorded_at(target, document):  # another process was first
            return target
        return _copied(file, document, target, overwrite=overwrite)


def _copied(file: BinaryIO, document: Sidecar, target: Path, *, overwrite: bool) -> Path:
    image = document["image"]
    with open_part(target.parent, _job_id(document), image["index"]) as part:
        for block in _blocks(file):
            part.write(block)
        copied = part.finish()
    if copied.image.sha256 != image["sha256"]:
        remove(copied.path)
        raise BrokenImageError("it has other bytes than its record says")

    def sidecar(name: str) -> bytes:
        return (json_text({**document, "image": {**image, "file": name}}, indent=2) + "\n").encode()

    return claim(copied, target, sidecar=sidecar, record=lambda _: None, overwrite=overwrite)


def sidecar_at(path: Path) -> Sidecar | None:
    """The document beside the image at a path; None when there is none that can be read."""
    try:
        document = json.loads(sidecar_of(path).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def adopt_image(path: Path) -> None:
    """Record the bytes that an image has now: its hash, length, format and size. The rest of its record stays.

    BrokenImageError when it is no whole image; OSError when the record cannot be replaced.
    """
    document = sidecar_at(path)
    if document is None:
        raise BrokenImageError("it has no record")
    image = document["image"]
    with open_part(path.parent, _job_id(document), image["index"]) as part:
        with path.open("rb") as file:
            for block in _blocks(file):
                part.write(block)
        read = part.finish()
    remove(read.path)
    found = read.image
    now = {
        "sha256": found.sha256, "bytes": found.bytes, "media_type": found.media_type, "width": found.width,
        "height": found.height,
    }  # fmt: skip
    warnings = [*document.get("warnings", ()), "the image was changed after it was made"]
    text = json_text({**document, "image": {**image, **now}, "warnings": warnings}, indent=2)
    staged = staged_sidecar(read, path.parent)
    overwrite_file(staged, [f"{text}\n".encode()])
    staged.replace(sidecar_of(path))


def remove_image(path: Path) -> None:
    """Remove an image and its sidecar, the image first: a record without an image reads as missing."""
    remove(path)
    remove(sidecar_of(path))


def is_recorded_at(path: Path, document: Sidecar) -> bool:
    """Whether the image that a sidecar describes is at the path, whole and with its record."""
    record, image = record_at(str(path)), document["image"]
    if record is None or record.job_id != document["job_id"]:
        return False
    return (record.index, record.sha256) == (image["index"], image["sha256"]) and image_at(
        record, hashed=True
    ) == "recorded"


def _job_id(document: Sidecar) -> str:
    """The job's id, which becomes a part of file names."""
    job_id = document["job_id"]
    if not (isinstance(job_id, str) and job_id.isalnum() and isinstance(document["image"]["index"], int)):
        raise BrokenImageError("its record names no job")
    return job_id


def _lock(file: BinaryIO) -> None:
    """Wait for other processes that copy this file, as far as its file system supports locks."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
    except OSError:
        pass


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block
