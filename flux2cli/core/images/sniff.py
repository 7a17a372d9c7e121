"""Checks by structure whether streamed bytes are a whole image, and finds its format and size.

Decodes no pixels, keeps no more than headers in memory, reads no files.
"""

from dataclasses import dataclass
from typing import Literal

from flux2cli.core.images import jpeg, png, webp
from flux2cli.core.images.other_files import ENOUGH, other_file
from flux2cli.core.images.reader import NotAnImageError as NotAnImageError
from flux2cli.core.images.reader import Reader

ImageFormat = Literal["png", "jpeg", "webp"]

EXTENSIONS: dict[ImageFormat, str] = {"png": "png", "jpeg": "jpg", "webp": "webp"}
"""File name extensions by format, without the dot."""


def extension_of(name: object) -> str | None:
    """The file name extension of the format with this name, without the dot; None when there is no such format."""
    return next((extension for known, extension in EXTENSIONS.items() if known == name), None)


_PARSERS = {"png": png, "jpeg": jpeg, "webp": webp}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageInfo:
    """A whole image: its format, media type, and size in pixels."""

    format: ImageFormat
    media_type: str
    width: int
    height: int


class Checker:
    """Checks an image that arrives in chunks of any size: `feed` each, then `finish`.

    `format` and `size` (width, height) are set as soon as they are known, before the end. Bytes after the end of a PNG
    or JPEG are tolerated, as decoders do; a WebP states its length, which must match.
    """

    def __init__(self) -> None:
        self.format: ImageFormat | None = None
        self._head: bytes | None = b""
        self._reader: Reader | None = None

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels once known."""
        return self._reader.size if self._reader else None

    def feed(self, chunk: bytes) -> None:
        """Check the next chunk. NotAnImageError as soon as the bytes cannot become an image."""
        if self._head is not None:
            self._head += chunk
            self._start(whole=False)
            return
        self._read(chunk)

    def finish(self) -> ImageInfo:
        """The image's format and size; NotAnImageError when it is not whole."""
        if self._head is not None:
            self._start(whole=True)
        if not (self.format and self._reader):
            raise NotAnImageError("it is empty")
        if not self._reader.ended:
            raise NotAnImageError(f"it is cut off ({_PARSERS[self.format].UNFINISHED})")
        if not self._reader.size:
            raise NotAnImageError("it does not tell its size")
        width, height = self._reader.size
        return ImageInfo(format=self.format, media_type=f"image/{self.format}", width=width, height=height)

    def _start(self, *, whole: bool) -> None:
        """Start the parser once there are enough bytes to recognise the format, or to know that there is none."""
        head = self._head or b""
        if not whole and not sniff(head) and len(head) < ENOUGH:
            return
        if not head:
            raise NotAnImageError("it is empty")
        self._head = None
        self.format = sniff(head)
        if self.format is None:
            other = other_file(head)
            raise NotAnImageError(other.clause if other else "it is no PNG, JPEG or WebP")
        self._reader = Reader(_PARSERS[self.format].parse())
        self._read(head)

    def _read(self, chunk: bytes) -> None:
        if self._reader is None:
            return
        used = self._reader.feed(chunk)
        if used < len(chunk) and self.format == "webp":
            raise NotAnImageError("it is longer than its RIFF header says")


def sniff(first: bytes) -> ImageFormat | None:
    """The format by the signature in the first 12 bytes of a file; None for any other."""
    if first.startswith(png.SIGNATURE):
        return "png"
    if first.startswith(jpeg.SIGNATURE):
        return "jpeg"
    return "webp" if first.startswith(webp.SIGNATURE) and first[8:12] == b"WEBP" else None
