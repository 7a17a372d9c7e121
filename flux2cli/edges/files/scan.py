"""Reads the records below an output folder: the sidecars beside images.

Hidden files and folders are not looked at, and links to directories are not followed.
"""

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from flux2cli.core.batch.plan.record import ImageRecord, broken_record
from flux2cli.core.request.output_path import SUFFIXES
from flux2cli.edges.files.recover import LARGEST_SIDECAR

_SUFFIX = ".json"
_SIDECARS = tuple(f"{suffix}{_SUFFIX}" for suffix in SUFFIXES)


def records(root: Path) -> Iterator[ImageRecord]:
    """The records below `root`, in any order. JSON files that are no sidecars are left out.

    A sidecar that cannot be read has a record with a problem, and the path of its image.
    """
    directories = [str(root)]
    while directories:
        for path in _sidecars(directories.pop(), directories):
            found = record_at(path)
            if found is not None:
                yield found


def record_at(path: str) -> ImageRecord | None:
    """The record beside the image at this path; None when there is none."""
    length = _length(path + _SUFFIX)
    if not length or length > LARGEST_SIDECAR:
        return None
    try:
        with open(path + _SUFFIX, "rb") as file:  # noqa: PTH123 - a Path for each of 100,000 files takes as long as parsing
            content = file.read(length)
    except OSError:
        return broken_record(path, "")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return broken_record(path, content.decode("utf-8", "replace"))
    return ImageRecord.of(path, document)


def _sidecars(directory: str, deeper: list[str]) -> Iterator[str]:
    """The paths of images that have a file such as a sidecar beside them; appends subdirectories to `deeper`."""
    try:
        with os.scandir(directory) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    deeper.append(entry.path)
                elif entry.name.lower().endswith(_SIDECARS):
                    yield entry.path[: -len(_SUFFIX)]
    except OSError:
        pass  # removed meanwhile, or not readable for this user


def is_present(path: str, length: int) -> bool:
    """Whether the image has this length in bytes and a sidecar that is not empty."""
    return _length(path) == length and bool(_length(path + _SUFFIX))


def _length(path: str) -> int | None:
    """The length of a regular file in bytes; None for anything else."""
    try:
        status = os.stat(path)  # noqa: PTH116 - as above
    except (OSError, ValueError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
