"""Finds the images of rows in an output folder by their sidecars, for where no books tell. Reads and never hashes."""

import json
import os
import stat
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

from flux2cli.core.batch.claims import SidecarRow
from flux2cli.core.job.sidecar import SCHEMA
from flux2cli.edges.files.recover import LARGEST_SIDECAR

_ENDING = ".json"


def saved_rows(root: Path, vouched: Container[str]) -> Iterator[SidecarRow]:
    """The images below `root` whose sidecar names a row and fits in file name and length; one for each image.

    Paths in `vouched`, which the books know to be saved, are passed over unread, as are hidden names, symlinks to
    directories, and whatever cannot be read or is no sidecar. The same row may come more than once, in any order.
    """
    directories = [str(root)]
    while directories:
        for directory, name in _sidecars(directories.pop(), directories):
            path = os.path.join(directory, name)
            if path not in vouched and (found := _found(path, name)) is not None:
                yield found


def present(path: str, length: int) -> bool:
    """Whether the image has this length in bytes and its sidecar is there."""
    return _length(path) == length and bool(_length(path + _ENDING))


def _sidecars(directory: str, deeper: list[str]) -> Iterator[tuple[str, str]]:
    """The directory with the name of each image that may have a sidecar in it; `deeper` gets what it contains."""
    try:
        with os.scandir(directory) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    deeper.append(entry.path)
                elif entry.name.endswith(_ENDING):
                    yield directory, entry.name.removesuffix(_ENDING)
    except OSError:
        pass  # gone or not ours to read


def _found(path: str, name: str) -> SidecarRow | None:
    """What the sidecar of an image says, None when it is none or does not fit the image."""
    length = _length(path)
    document = _document(path + _ENDING) if length else None
    try:
        if document is None or document["schema"] != SCHEMA:
            return None
        key, image, sandbox = document["row"]["key"], document["image"], document["sandbox"]
        fits = image["file"] == name and image["bytes"] == length
        index = image["index"]
    except (KeyError, TypeError):
        return None
    if not (fits and isinstance(key, str) and type(index) is int and isinstance(sandbox, bool)):
        return None
    return SidecarRow(key=key, index=index, sandbox=sandbox, path=path)


def _document(path: str) -> Any:
    """The JSON in a file, None when there is none or too much."""
    length = _length(path)
    if length is None or length > LARGEST_SIDECAR:
        return None
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a Path for each of 100,000 files takes as long as its parsing
            return json.loads(file.read(length))
    except (OSError, ValueError, RecursionError):
        return None


def _length(path: str) -> int | None:
    """Of a regular file, in bytes; None for anything else."""
    try:
        status = os.stat(path)  # noqa: PTH116 - as above
    except (OSError, ValueError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
