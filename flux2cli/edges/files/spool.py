"""Buffers images that arrive inside a JSON response: their `data:` texts stay on disk until they are decoded."""

import base64
import binascii
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from flux2cli.core.images.image import MOST_BYTES, MOST_IMAGES
from flux2cli.edges.files.parts import create, remove

_BLOCK = 1 << 20  # characters decoded at a time; a multiple of 4
_LONGEST = MOST_BYTES // 3 * 4
"""Characters of one text that are kept; an image that is cut off there is not whole."""


class Spool:
    """Stores texts in private files, named like the parts of their job; `close` removes them. For one thread."""

    def __init__(self, directory: Path, job_id: str) -> None:
        self._directory = directory
        self._job_id = job_id
        self._files: dict[str, tuple[Path, BinaryIO]] = {}

    def begin(self) -> tuple[str, Callable[[bytes], None]]:
        """Open a new text; returns its name and a sink for its bytes. OSError when the directory cannot be written.

        The bytes of all texts after the MOST_IMAGES-th are dropped.
        """
        name = str(len(self._files))
        if len(self._files) >= MOST_IMAGES:
            return name, _drop
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f".{self._job_id}-inline-{name}.part"
        file = os.fdopen(create(path, 0o600), "wb")
        self._files[name] = (path, file)
        return name, _Write(file)

    def decoded(self, name: str) -> Iterator[bytes]:
        """The image decoded from a `data:` text, block by block; ValueError when it is malformed or missing."""
        if name not in self._files:
            raise ValueError("the inline image is not there any more")
        path, file = self._files[name]
        file.flush()
        with path.open("rb") as text:
            head = text.read(200)
            begin = head.find(b",") + 1
            if not begin or not head[:begin].lower().endswith(b";base64,"):
                raise ValueError("the inline image is not in base64")
            text.seek(begin)
            while block := text.read(_BLOCK):
                try:
                    yield base64.b64decode(block, validate=True)
                except binascii.Error as error:
                    raise ValueError(f"the base64 of the inline image is broken ({error})") from None

    def close(self) -> None:
        """Remove all files, whatever the disk says about what they still hold."""
        for path, file in self._files.values():
            with suppress(OSError):  # a full disk refuses the last bytes, and the file is closed all the same
                file.close()
            remove(path)
        self._files.clear()


def _drop(_: bytes) -> None:
    """Keep nothing."""


class _Write:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._room = _LONGEST

    def __call__(self, data: bytes) -> None:
        self._file.write(data[: self._room])
        self._room -= min(self._room, len(data))
