"""Reading a format from a stream: a parser asks for pieces of a file, `Reader` cuts them out of whatever chunks come.

Speed comes from never looking at single bytes of image data: `zlib.crc32`, slices and one regular expression do.
"""

import re
import zlib
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any


class NotAnImageError(Exception):
    """The bytes are no whole image. The text is a clause that starts with "it", such as "it is an HTML page"."""


@dataclass(slots=True)
class Take:
    """Asks for the next `count` bytes themselves; for headers, since they are kept in memory."""

    count: int


@dataclass(slots=True)
class Skip:
    """Asks to pass over `count` bytes; the answer is their CRC-32, continued from `crc` (None: not wanted)."""

    count: int
    crc: int | None


@dataclass(slots=True)
class ToMarker:
    """Asks to pass over JPEG scan data; the answer is the code of the first marker after it, which is consumed."""


@dataclass(slots=True)
class Dimensions:
    """Tells the picture's size in pixels, as soon as it is known."""

    width: int
    height: int


Piece = Take | Skip | ToMarker | Dimensions
Parser = Generator[Piece, Any, None]
"""Ends where the image ends; raises NotAnImageError where it is broken."""


def take(count: int) -> Generator[Piece, bytes, bytes]:
    """The next `count` bytes."""
    return (yield Take(count))


def number(count: int) -> Generator[Piece, bytes, int]:
    """The next `count` bytes as a big-endian number."""
    return int.from_bytes((yield Take(count)), "big")


def skip(count: int) -> Generator[Piece, Any, None]:
    """Pass over `count` bytes."""
    yield Skip(count, None)


def checksum(count: int, crc: int) -> Generator[Piece, int, int]:
    """Pass over `count` bytes; the CRC-32 of them, continued from `crc`."""
    return (yield Skip(count, crc))


def to_marker() -> Generator[Piece, int, int]:
    """Pass over JPEG scan data; the code of the marker that ends it."""
    return (yield ToMarker())


def size(width: int, height: int) -> Parser:
    """Tell the size; NotAnImageError when there is nothing to see."""
    if not width or not height:
        raise NotAnImageError(f"it says that it is {width}x{height} pixels")
    yield Dimensions(width, height)


# In scan data 0xFF is followed by 00 (it was data), by D0-D7 (a restart) or by another FF (fill); else it is a marker.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_DATA_AFTER_FF = frozenset((0x00, *range(0xD0, 0xD8)))


class Reader:
    """Runs a parser over chunks. `ended` once the parser has seen the end; `size` once the picture told it."""

    def __init__(self, parser: Parser) -> None:
        self.ended = False
        self.size: tuple[int, int] | None = None
        self._parser = parser
        self._kept = bytearray()
        self._after_ff = False
        self._piece: Piece = Take(0)
        self._answer(None)

    def feed(self, chunk: bytes) -> int:
        """Read on; the number of bytes that the image still used. NotAnImageError where it is broken."""
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
        end = min(len(chunk), at + piece.count - len(self._kept))
        self._kept += chunk[at:end]
        if len(self._kept) == piece.count:
            kept = bytes(self._kept)
            self._kept.clear()
            self._answer(kept)
        return end

    def _skip(self, piece: Skip, chunk: bytes, at: int) -> int:
        end = min(len(chunk), at + piece.count)
        if piece.crc is not None:
            piece.crc = zlib.crc32(memoryview(chunk)[at:end], piece.crc)
        piece.count -= end - at
        if not piece.count:
            self._answer(piece.crc)
        return end

    def _to_marker(self, chunk: bytes, at: int) -> int:
        after_ff, self._after_ff = self._after_ff, False
        if after_ff and chunk[at] != 0xFF and chunk[at] not in _DATA_AFTER_FF:
            self._answer(chunk[at])
            return at + 1
        found = _MARKER.search(chunk, at)
        if found:
            self._answer(chunk[found.end() - 1])
            return found.end()
        self._after_ff = chunk[-1] == 0xFF
        return len(chunk)

    def _answer(self, value: object) -> None:
        """Tell the parser what it asked for, until it asks for bytes that have to come first."""
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
