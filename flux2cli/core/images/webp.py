"""WebP: a RIFF file whose chunks fill exactly the length that it states. https://developers.google.com/speed/webp/docs/riff_container."""

from collections.abc import Generator
from typing import Any

from flux2cli.core.images.reader import NotAnImageError, Parser, Piece, size, skip, take

SIGNATURE = b"RIFF"
UNFINISHED = "it is shorter than its RIFF header says"

_PIXELS = frozenset((b"VP8 ", b"VP8L", b"ANMF"))
_SIZED = {b"VP8 ": 10, b"VP8L": 5, b"VP8X": 10}
"""Chunks that hold the image's size, and how many bytes at their start are needed for it."""


def parse() -> Parser:
    """All chunks up to the stated length; the pixels stay compressed."""
    left = int.from_bytes((yield from take(12))[4:8], "little") - 4
    known = pixels = False
    while left >= 8:
        header = yield from take(8)
        name, length = header[:4], int.from_bytes(header[4:], "little")
        left -= 8
        if length > left:
            raise NotAnImageError("it is a WebP with a chunk that is longer than the file")
        if not known:
            yield from _size(name, length)
            known = True
        else:
            yield from skip(length)
        padding = min(length & 1, left - length)
        yield from skip(padding)
        left -= length + padding
        pixels = pixels or name in _PIXELS
    if left or not pixels:
        raise NotAnImageError("it is a WebP without pixels" if not left else "it is a WebP with an incomplete chunk")


def _size(name: bytes, length: int) -> Generator[Piece, Any, None]:
    """Read the first chunk, which holds the image's size."""
    if name not in _SIZED or length < _SIZED[name]:
        raise NotAnImageError("it is a WebP that does not start with VP8, VP8L or VP8X")
    head = yield from take(_SIZED[name])
    yield from size(*{b"VP8 ": _lossy, b"VP8L": _lossless, b"VP8X": _extended}[name](head))
    yield from skip(length - len(head))


def _lossy(head: bytes) -> tuple[int, int]:
    if head[0] & 1 or head[3:6] != b"\x9d\x01\x2a":
        raise NotAnImageError("it is a WebP without a VP8 key frame")
    return _little(head, 6, 2) & 0x3FFF, _little(head, 8, 2) & 0x3FFF


def _lossless(head: bytes) -> tuple[int, int]:
    if head[0] != 0x2F:
        raise NotAnImageError("it is a WebP without a VP8L signature")
    bits = _little(head, 1, 4)
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _extended(head: bytes) -> tuple[int, int]:
    return _little(head, 4, 3) + 1, _little(head, 7, 3) + 1


def _little(head: bytes, at: int, count: int) -> int:
    return int.from_bytes(head[at : at + count], "little")
