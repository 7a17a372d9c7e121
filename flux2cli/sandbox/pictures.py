"""Drawn images, kept in memory up to a limit and drawn again when they have gone. Draws nothing itself."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

_MEMORY = 64 * 1024 * 1024

MEDIA_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}
SUFFIXES = {"png": "png", "jpeg": "jpg", "webp": "webp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Everything that decides an image's bytes: what is written on it, its size in pixels, its format."""

    prompt: str
    seed: int
    width: int
    height: int
    format: str = "png"
    black: bool = False

    @property
    def media_type(self) -> str:
        """Such as `image/png`."""
        return MEDIA_TYPES[self.format]

    @property
    def suffix(self) -> str:
        """Such as `jpg`."""
        return SUFFIXES[self.format]


class Pictures:
    """Bytes by picture; the least used go first."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[Picture, bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, picture: Picture) -> bytes:
        """The image file."""
        with self._lock:
            if picture in self._drawn:
                self._drawn.move_to_end(picture)
                return self._drawn[picture]
        from flux2cli.sandbox.drawing import draw

        data = draw(picture)
        with self._lock:
            if picture not in self._drawn:
                self._drawn[picture] = data
                self._size += len(data)
            while self._size > _MEMORY and len(self._drawn) > 1:
                self._size -= len(self._drawn.popitem(last=False)[1])
        return data
