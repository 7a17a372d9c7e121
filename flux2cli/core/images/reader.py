"""Parses a format from a stream: a parser asks for pieces of a file, and `Reader` cuts them from the chunks.

No Python code runs per byte of image data, only `zlib.crc32`, slices and one regular expression.
"""

import re
import zlib
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any


class NotAnImageError(Exception):
    """The bytes are not a whole image. The text is a clause that starts with "it", such as "it is an HTML page"."""


@dataclass(slots=True)
class Take:
    """Asks for the next `count` bytes. They are kept in memory, so it is for headers."""

    count: int


@dataclass(slots=True)
class Skip:
    """Asks to skip `count` bytes; the parser is sent their CRC-32, continued from `crc`, or None if `crc` is None."""

    count: int
    crc: int | None


@dataclass(slots=True)
class ToMarker:
    """Asks to skip JPEG scan data and the marker after it; the parser is sent the marker's code."""


@dataclass(slots=True)
class Dimensions:
    """Reports the image's size in pixels, as soon as it is known; the parser is sent None."""

    width: int
    height: int


Piece = Take | Skip | ToMarker | Dimensions
Parser = Generator[Piece, Any, None]
"""Returns at the end of the image; raises NotAnImageError where it is broken."""


def take(count: int) -> Generator[Piece, bytes, bytes]:
    """The next `count` bytes."""
    return (yield Take(count))


def number(count: int) -> Generator[Piece, bytes, int]:
    """The next `count` bytes as a big-endian number."""
    return int.from_bytes((yield Take(count)), "big")


def skip(count: int) -> Generator[Piece, Any, None]:
    """Skip `count` bytes."""
    yield Skip(count, None)


def checksum(count: int, crc: int) -> Generator[Piece, int, int]:
    """Skip `count` bytes; returns their CRC-32, continued from `crc`."""
    return (yield Skip(count, crc))


def to_marker() -> Generator[Piece, int, int]:
    """Skip JPEG scan data; returns the code of the marker that ends it."""
    return (yield ToMarker())


def size(width: int, height: int) -> Parser:
    """Report the size; NotAnImageError when a side is 0."""
    if not width or not height:
        raise NotAnImageError(f"it says that it is {width}x{height} pixels")
    yield Dimensions(width, height)


# In scan data 0xFF is followed by 00 (it was data), by D0-D7 (a restart) or by another FF (fill); else it is a marker.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_DATA_AFTER_FF = frozenset((0x00, *range(0xD0, 0xD8)))


class Reader:
    """Runs a parser over chunks. `ended` says whether it has returned; `size` is None until it reports one."""

    def __init__(self, parser: Parser) -> None:
        self.ended = False
        self.size: tuple[int, int] | None = None
        self._parser = parser
        self._buffer = bytearray()
        self._after_ff = False
        self._piece: Piece = Take(0)
        self._resume(None)

    def feed(self, chunk: bytes) -> int:
        """Parse a chunk; returns how many of its bytes belong to the image. NotAnImageError where it is broken."""
        at = 0
        while not self.ended and at < len(chunk):
            match self._piece:
                case Take() as piece:
                    at = self._take(piece, chunk, at)
                case Skip() as piece:
                    at = self._skip(piece, chunk, at)
                case _:
                    at = self._to_marker(chunk, at)
        return at

    def _take(self, piece: Take, chunk: bytes, at: int) -> int:
        end = min(len(chunk), at + piece.count - len(self._buffer))
        self._buffer += chunk[at:end]
        if len(self._buffer) == piece.count:
            content = bytes(self._buffer)
            self._buffer.clear()
            self._resume(content)
        return end

    def _skip(self, piece: Skip, chunk: bytes, at: int) -> int:
        end = min(len(chunk), at + piece.count)
        if piece.crc is not None:
            piece.crc = zlib.crc32(memoryview(chunk)[at:end], piece.crc)
        piece.count -= end - at
        if not piece.count:
            self._resume(piece.crc)
        return end

    def _to_marker(self, chunk: bytes, at: int) -> int:
        after_ff, self._after_ff = self._after_ff, False
        if after_ff and chunk[at] != 0xFF and chunk[at] not in _DATA_AFTER_FF:
            self._resume(chunk[at])
            return at + 1
        found = _MARKER.search(chunk, at)
        if found:
            self._resume(chunk[found.end() - 1])
            return found.end()
        self._after_ff = chunk[-1] == 0xFF
        return len(chunk)

    def _resume(self, value: object) -> None:
        """Send the parser what it yielded for, until it wants bytes that no chunk has brought yet."""
        try:
            self._piece = self._parser.send(value)
            while True:
                match self._piece:
                    case Dimensions(width, height):
                        self.size = (width, height)
                        self._piece = self._parser.send(None)
                    case Skip(count=0, crc=crc):
                        self._piece = self._parser.send(crc)
                    case _:
                        return
        except StopIteration:
            self.ended = True
