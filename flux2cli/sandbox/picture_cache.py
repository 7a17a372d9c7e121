"""Drawn images in memory, up to a limit."""

import threading
from collections import OrderedDict

from flux2cli.sandbox.pictures import Picture

_MOST_BYTES = 64 * 1024 * 1024


class PictureCache:
    """Image files by picture. It draws what is missing and drops the images that were not used for the longest time."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, picture: Picture) -> bytes:
        """The image file."""
        digest = picture.digest
        with self._lock:
            if digest in self._drawn:
                self._drawn.move_to_end(digest)
                return self._drawn[digest]
        from flux2cli.sandbox.drawing import draw

        data = draw(picture)
        with self._lock:
            if digest not in self._drawn:
                self._drawn[digest] = data
                self._size += len(data)
            while self._size > _MOST_BYTES and len(self._drawn) > 1:
                self._size -= len(self._drawn.popitem(last=False)[1])
        return data
