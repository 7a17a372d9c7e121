"""An image that was downloaded and checked, as everything after the download uses it."""

from dataclasses import dataclass

from flux2cli.catalog.sizes import Pixels
from flux2cli.core.images.sniff import EXTENSIONS

MOST_IMAGES = 16
"""Images of one request that are saved; providers make at most four."""


MOST_BYTES = 1 << 29
"""Bytes of one image that are taken from a server: ten times the largest that a model makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """One whole image of a request, as measured from its bytes, and its place on disk.

    `index` counts the request's images from 0, `bytes` is the length, `width` and `height` are pixels. `nsfw` is what
    the provider's safety checker says, None without one. `path` is absolute; None before the image has its name, and
    when its bytes went to stdout.
    """

    index: int
    sha256: str
    bytes: int
    media_type: str
    width: int
    height: int
    nsfw: bool | None = None
    path: str | None = None

    @property
    def size(self) -> Pixels:
        """Width and height in pixels."""
        return self.width, self.height

    @property
    def extension(self) -> str:
        """The file name extension of its format, without the dot."""
        return next(ending for name, ending in EXTENSIONS.items() if self.media_type == f"image/{name}")

    @property
    def sidecar(self) -> str | None:
        """The absolute path of its sidecar, None without a path."""
        return f"{self.path}.json" if self.path else None
