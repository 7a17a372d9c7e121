"""Recovery after a kill: reads which image a sidecar describes, and whether the image file is that one."""

import hashlib
import json
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from flux2cli.edges.files.parts import PartInfo, remove, sidecar_of, staged_sidecar

SaveState = Literal["saved", "sidecar-only", "no"]

LARGEST_SIDECAR = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SidecarStub:
    """Which image a sidecar describes; recovery needs no more of the document. `row_key` is None outside batches."""

    job_id: str
    index: int
    sha256: str
    file: str
    row_key: str | None = None


def save_state(path: Path, job_id: str, index: int, sha256: str | None = None) -> SaveState:
    """How far an earlier run got under a path: `saved` when image and sidecar exist and match this job and index.

    `sidecar-only` when the sidecar matches and the image is missing or has another hash. `sha256` None means the hash
    that the sidecar states.
    """
    found = read_sidecar(sidecar_of(path))
    if found is None or (found.job_id, found.index) != (job_id, index):
        return "no"
    matches = _sha256_or_none(path) == found.sha256 and sha256 in (None, found.sha256)
    return "saved" if matches else "sidecar-only"


def recover(part: PartInfo, path: Path) -> bool:
    """Whether the image is already saved under this path; if not, removes what a killed run left there.

    It removes this image's sidecar and the empty file that reserves a name, never another complete image.
    """
    state = save_state(path, part.job_id, part.image.index)
    if state == "saved":
        return True
    if state == "no" and not _abandoned(part, path):
        return False
    if _is_empty(path):
        remove(path)
    remove(sidecar_of(path))
    return False


def _abandoned(part: PartInfo, path: Path) -> bool:
    """Whether a killed run of this image left the empty sidecar: only this image's staged sidecar names the path."""
    if not _is_empty(sidecar_of(path)):
        return False
    own = staged_sidecar(part, path.parent)
    staged = path.parent.glob(".*.json.part")
    return [note for note in staged if (found := read_sidecar(note)) and found.file == path.name] == [own]


def read_sidecar(sidecar: Path) -> SidecarStub | None:
    """The image that a sidecar describes; None when there is no such file, or it is no sidecar."""
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


def sha256_of(path: Path) -> str:
    """The hash of a file's contents, in hexadecimal digits; OSError when it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sha256_or_none(path: Path) -> str | None:
    try:
        return sha256_of(path)
    except OSError:
        return None


def _is_empty(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and not status.st_size
