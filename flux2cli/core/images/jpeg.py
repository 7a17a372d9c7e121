"""JPEG: segments between markers, scan data after each SOS, EOI at the end. ITU-T T.81, annex B."""

from collections.abc import Generator
from typing import Any

from flux2cli.core.images.reader import NotAnImageError, Parser, Piece, number, size, skip, take, to_marker

SIGNATURE = b"\xff\xd8\xff"
UNFINISHED = "EOI is missing"

_EOI, _SOS, _DNL = 0xD9, 0xDA, 0xDC
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # without DHT, JPG and DAC
_WITHOUT_LENGTH = frozenset((0x01, *range(0xD0, 0xD8)))  # TEM and restarts
_MISPLACED = frozenset((0x00, 0xD8))  # a stuffed byte outside scan data, and a second SOI


def parse() -> Parser:
    """All segments of baseline and progressive files up to EOI; the pixels stay compressed."""
    yield from take(2)
    frame: tuple[int, int] | None = None
    scans = 0
    code = yield from _marker()
    while code != _EOI:
        if code in _FRAMES:
            frame = yield from _frame()
        elif code == _DNL and frame:
            frame = yield from _lines(frame[0])
        elif code not in _WITHOUT_LENGTH:
            yield from _segment(code)
        scans += code == _SOS
        code = (yield from to_marker()) if code == _SOS else (yield from _marker())
    if not frame or not scans:
        raise NotAnImageError("it is a JPEG without pixels" if frame else "it is a JPEG without a frame header")
    yield from size(*frame)


def _marker() -> Generator[Piece, Any, int]:
    first, code = yield from take(2)
    if first != 0xFF:
        raise NotAnImageError("it is a JPEG with something else between its segments")
    while code == 0xFF:  # fill bytes
        code = (yield from take(1))[0]
    return code


def _segment(code: int) -> Parser:
    if code in _MISPLACED:
        raise NotAnImageError(f"it is a JPEG with the marker {code:02X} where there cannot be one")
    yield from skip((yield from _length(2)) - 2)


def _frame() -> Generator[Piece, Any, tuple[int, int]]:
    """Width and height in pixels; a height of 0 is given later, in DNL."""
    length = yield from _length(8)
    header = yield from take(6)
    yield from skip(length - 8)
    height, width = int.from_bytes(header[1:3], "big"), int.from_bytes(header[3:5], "big")
    if height:
        yield from size(width, height)
    return width, height


def _lines(width: int) -> Generator[Piece, Any, tuple[int, int]]:
    length = yield from _length(4)
    height = yield from number(2)
    yield from skip(length - 4)
    return width, height


def _length(least: int) -> Generator[Piece, Any, int]:
    """A segment's length in bytes, including the two of this field."""
    length = yield from number(2)
    if length < least:
        raise NotAnImageError("it is a JPEG with a segment that is too short")
    return length
