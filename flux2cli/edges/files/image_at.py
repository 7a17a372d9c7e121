"""What lies at the path of a recorded image: the image, a Git LFS pointer to it, another whole image, or none."""

import hashlib
import os
import re
import stat
from typing import BinaryIO

from flux2cli.core.batch.plan.record import ImageRecord
from flux2cli.core.batch.plan.verdict import ImageState
from flux2cli.core.images.sniff import Checker, NotAnImageError

_LONGEST_POINTER = 1024
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:[^\n]*\n)*?oid sha256:([0-9a-f]{64})\nsize (\d+)\n"
)
_BLOCK = 1 << 20


def image_at(record: ImageRecord, *, hashed: bool) -> ImageState:
    """What is at the record's path. `hashed` compares contents; else an image of the recorded length is that image."""
    try:
        status = os.stat(record.path)  # noqa: PTH116 - a Path for each of 100,000 files takes longer than the call
    except (OSError, ValueError):
        return "none"
    if not stat.S_ISREG(status.st_mode):
        return "none"
    if status.st_size == record.bytes and not hashed:
        return "recorded"
    try:
        return _read(record, status.st_size)
    except OSError:
        return "broken"


def _read(record: ImageRecord, length: int) -> ImageState:
    with open(record.path, "rb") as file:  # noqa: PTH123 - as above
        if length <= _LONGEST_POINTER:
            pointer = _POINTER.match(file.read())
            if pointer is not None:
                is_recorded = pointer[1].decode() == record.sha256 and int(pointer[2]) == record.bytes
                return "pointer" if is_recorded else "other"
            file.seek(0)
        if length == record.bytes and hashlib.file_digest(file, "sha256").hexdigest() == record.sha256:
            return "recorded"
        file.seek(0)
        return "other" if _is_whole(file) else "broken"


def _is_whole(file: BinaryIO) -> bool:
    checker = Checker()
    try:
        while block := file.read(_BLOCK):
            checker.feed(block)
        checker.finish()
    except NotAnImageError:
        return False
    return True
