"""What an earlier run, killed at any instant, left under a name: whose it is, and whether image and sidecar fit."""

import hashlib
import json
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from flux2cli.edges.files.parts import PartInfo, note_of, remove, sidecar_of

Saved = Literal["saved", "sidecar-only", "no"]

LARGEST_SIDECAR = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SidecarStub:
    """Whose image a sidecar describes, and which bytes. `row_key` is None outside batches."""

    job_id: str
    index: int
    sha256: str
    file: str
    row_key: str | None = None


def already_saved(path: Path, job_id: str, index: int, sha256: str | None = None) -> Saved:
    """How far an earlier run came under a name: `saved` when image and sidecar are there and fit this job and index.

    `sidecar-only` when the sidecar is this image's and the image is missing or not the one described. `sha256` None
    means the hash that the sidecar states.
    """
    found = read(sidecar_of(path))
    if found is None or (found.job_id, found.index) != (job_id, index):
        return "no"
    fits = _sha256(path) == found.sha256 and sha256 in (None, found.sha256)
    return "saved" if fits else "sidecar-only"


def settle(part: PartInfo, path: Path) -> bool:
    """Whether the image already has this name; else what a killed run left under it is taken away.

    A complete image that is not ours stays: only our sidecar, and the empty file that holds a name, are removed.
    """
    state = already_saved(path, part.job_id, part.index)
    if state == "saved":
        return True
    if state == "no" and not _abandoned(part, path):
        return False
    if _is_empty(path):
        remove(path)
    remove(sidecar_of(path))
    return False


def _abandoned(part: PartInfo, path: Path) -> bool:
    """Whether an empty sidecar was put there by this image's killed run: its note names it, and no other's does."""
    if not _is_empty(sidecar_of(path)):
        return False
    own = note_of(part, path.parent)
    holders = [note for note in path.parent.glob(".*.json.part") if (found := read(note)) and found.file == path.name]
    return holders == [own]


def read(sidecar: Path) -> SidecarStub | None:
    """What a sidecar says about its image; None when there is none, or it is something else."""
    try:
        if not sidecar.is_file() or sidecar.stat().st_size > LARGEST_SIDECAR:
            return None
        document = json.loads(sidecar.read_bytes())
        image, row = document["image"], document.get("row")
        return SidecarStub(
            job_id=document["job_id"],
            index=image["index"],
            sha256=image["sha256"],
            file=image["file"],
            row_key=row.get("key") if isinstance(row, dict) else None,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _is_empty(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and not status.st_size
