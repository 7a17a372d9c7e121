"""Finds the images of batch rows in an output folder by their sidecars, for rows that the ledger does not know.

Reads and never hashes: file name and length in bytes have to match.
"""

import json
import os
import stat
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

from flux2cli.core.batch.claims import SidecarRow
from flux2cli.core.job.sidecar import SCHEMA
from flux2cli.edges.files.recover import LARGEST_SIDECAR

_SUFFIX = ".json"


def saved_rows(root: Path, known: Container[str]) -> Iterator[SidecarRow]:
    """The images below `root` whose sidecar names a row and matches in file name and length; one item per image.

    Skips paths in `known`, which the ledger lists as saved, hidden names, symlinks to directories, and everything that
    cannot be read or is no sidecar. The same row may come more than once, in any order.
    """
    directories = [str(root)]
    while directories:
        for directory, name in _sidecars(directories.pop(), directories):
            path = os.path.join(directory, name)
            if path not in known and (row := _row(path, name)) is not None:
                yield row


def is_present(path: str, length: int) -> bool:
    """Whether the image has this length in bytes and a sidecar that is not empty."""
    return _length(path) == length and bool(_length(path + _SUFFIX))


def _sidecars(directory: str, deeper: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs of the directory and an image's name, one per sidecar in it; appends subdirectories to `deeper`."""
    try:
        with os.scandir(directory) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    deeper.append(entry.path)
                elif entry.name.endswith(_SUFFIX):
                    yield directory, entry.name.removesuffix(_SUFFIX)
    except OSError:
        pass  # removed meanwhile, or not readable for this user


def _row(path: str, name: str) -> SidecarRow | None:
    """The row that an image's sidecar names; None when it is no sidecar or does not match the image."""
    length = _length(path)
    document = _document(path + _SUFFIX) if length else None
    try:
        if document is None or document["schema"] != SCHEMA:
            return None
        key, image, sandbox = document["row"]["key"], document["image"], document["sandbox"]
        matches = image["file"] == name and image["bytes"] == length
        index = image["index"]
    except (KeyError, TypeError):
        return None
    if not (matches and isinstance(key, str) and type(index) is int and isinstance(sandbox, bool)):
        return None
    return SidecarRow(key=key, index=index, sandbox=sandbox, path=path)


def _document(path: str) -> Any:
    """The parsed JSON of a file; None when it is missing, malformed or longer than a sidecar can be."""
    length = _length(path)
    if length is None or length > LARGEST_SIDECAR:
        return None
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a Path for each of 100,000 files takes as long as its parsing
            return json.loads(file.read(length))
    except (OSError, ValueError, RecursionError):
        return None


def _length(path: str) -> int | None:
    """The length of a regular file in bytes; None for anything else."""
    try:
        status = os.stat(path)  # noqa: PTH116 - as above
    except (OSError, ValueError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
