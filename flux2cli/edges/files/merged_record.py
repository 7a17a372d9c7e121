"""Settles a sidecar with the marks of a merge: by the side that describes the image that is there."""

import json
from pathlib import Path

from flux2cli.core.batch.plan.record import sides
from flux2cli.edges.files.parts import remove, sidecar_of, write_new
from flux2cli.edges.files.recover import sha256_of


def settled_side(path: Path) -> str | None:
    """The side of the image's merged sidecar whose hash the image has; None without one."""
    try:
        found = sides(sidecar_of(path).read_text("utf-8"))
        sha256 = sha256_of(path) if found else ""
    except (OSError, ValueError):
        return None
    return next((side for side in found if _hash_in(side) == sha256), None)


def settle_record(path: Path) -> bool:
    """Replace a merged sidecar by the side that describes the image; whether there is one."""
    side = settled_side(path)
    if side is None:
        return False
    staged = path.with_name(f".{path.name}.json.part")
    remove(staged)
    write_new(staged, [side.encode()])
    staged.replace(sidecar_of(path))
    return True


def _hash_in(side: str) -> object:
    try:
        return json.loads(side)["image"]["sha256"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
