"""Reads what is sent of reference images: the file as it is, or an upright copy of pixels that are stored turned."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flux2cli.core.images.orientation import UPRIGHT
from flux2cli.core.request.reference import Reference
from flux2cli.edges import pixels, reference_files
from flux2cli.errors import UsageError

_KEPT = 4
"""Upright copies that are kept, since the rows of a batch tend to have the same images."""


class ContentReader:
    """Reads the content of references, in any thread.

    `note` is called with a sentence at the first one of which an upright copy is sent.
    """

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self._noted = False
        self._copies: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def read(self, reference: Reference, limit: int) -> Reference:
        """The reference with the content to be sent, of at most `limit` bytes.

        UsageError when the file has changed since it was hashed, and when an upright copy cannot be made or sent.
        """
        data = _unchanged(reference, limit)
        if reference.orientation == UPRIGHT:
            return replace(reference, data=data)
        with self._lock:
            turned = self._upright(reference, data)
            reference_files.check_length(len(turned), reference.source, limit, "The upright copy of")
            if not self._noted:
                self._noted = True
                stored = f"{reference.name} is stored turned (EXIF orientation {reference.orientation})"
                self._note(f"{stored}: an upright copy is sent")
        return replace(reference, data=turned, sent_sha256=hashlib.sha256(turned).hexdigest())

    def _upright(self, reference: Reference, data: bytes) -> bytes:
        key = str(reference.sha256)
        if key not in self._copies:
            if len(self._copies) >= _KEPT:
                self._copies.pop(next(iter(self._copies)))
            self._copies[key] = _turned(reference, data)
        return self._copies[key]


def _turned(reference: Reference, data: bytes) -> bytes:
    try:
        return pixels.turn_upright(data, reference.orientation)
    except ValueError as error:
        raise UsageError(
            f"The reference image `{reference.source}` cannot be turned upright: {error}.",
            hint="open it in an image editor and save it again",
            about="image",
        ) from None


def _unchanged(reference: Reference, limit: int) -> bytes:
    if reference.data is not None:
        return reference.data
    data = reference_files.load(Path(str(reference.path)), reference.source, limit=limit)
    if hashlib.sha256(data).hexdigest() != reference.sha256:
        raise UsageError(f"The reference image `{reference.source}` changed while it was being used.")
    return data
