"""Puts a copy of a recorded image, with its record, at another path: for moves, and for images from the cache."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flux2cli.core.json_text import json_text
from flux2cli.edges.files.claim import claim
from flux2cli.edges.files.parts import (
    BrokenImageError,
    open_part,
    overwrite_file,
    remove,
    sidecar_of,
    staged_sidecar,
)

Sidecar = Mapping[str, Any]
"""A sidecar's document."""

_BLOCK = 1 << 20


def copy_image(source: Path, document: Sidecar, target: Path, *, overwrite: bool) -> Path:
    """Copy the image at `source` to `target`, or beside it if that is taken; returns the path.

    `document` is its sidecar; the copy's names the new file. `overwrite` replaces what is at `target`, image and
    sidecar. BrokenImageError when the bytes are not those that the sidecar states; OSError when it cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    image = document["image"]
    with open_part(target.parent, document["job_id"], image["index"]) as part:
        for block in _blocks(source):
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
    with open_part(path.parent, document["job_id"], image["index"]) as part:
        for block in _blocks(path):
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


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block
