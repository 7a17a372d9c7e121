"""Finds the EXIF orientation of an image: how its stored pixels have to be turned to be upright. Decodes no pixels."""

from collections.abc import Iterator
from typing import Literal

UPRIGHT = 1
SIDEWAYS = frozenset((5, 6, 7, 8))
"""Orientations whose upright image has the stored one's height as its width."""

_TAG = 0x0112
_LONG = 4
_APP1, _SOS = 0xE1, 0xDA
_PREFIX = b"Exif\0\0"


def orientation_of(data: bytes) -> int:
    """The orientation of a whole PNG, JPEG or WebP: 1 for upright, also when none is stated, to 8. EXIF 2.32, 4.6.4."""
    if data.startswith(b"\xff\xd8"):
        return _stated(_exif_of_jpeg(data))
    chunks = _webp_chunks(data) if data.startswith(b"RIFF") else _png_chunks(data)
    exif = next((data[start:end] for name, start, end in chunks if name in (b"eXIf", b"EXIF")), b"")
    return _stated(exif.removeprefix(_PREFIX))


def _exif_of_jpeg(data: bytes) -> bytes:
    """The content of the first APP1 segment with EXIF. All segments before the scan data have a length."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != _SOS:
        if data[at + 1] == 0xFF:  # a fill byte
            at += 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] == _APP1 and data.startswith(_PREFIX, at + 4):
            return data[at + 4 + len(_PREFIX) : end]
        at = end
    return b""


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The name of each chunk, and where its content starts and ends."""
    at = 8
    while at + 8 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], at + 8, end
        at = end + 4  # the CRC


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = 12
    while at + 8 <= len(data):
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], at + 8, end
        at = end + (end & 1)  # contents of odd length are padded


def _stated(tiff: bytes) -> int:
    """The tag's value in the first directory of EXIF data, which is a TIFF file; 1 where that makes no sense."""
    orders: dict[bytes, Literal["little", "big"]] = {b"II": "little", b"MM": "big"}
    order = orders.get(tiff[:2])
    if order is None:
        return UPRIGHT
    start = int.from_bytes(tiff[4:8], order)
    count = int.from_bytes(tiff[start : start + 2], order)
    for at in range(start + 2, start + 2 + 12 * count, 12):
        if int.from_bytes(tiff[at : at + 2], order) == _TAG:
            size = 4 if int.from_bytes(tiff[at + 2 : at + 4], order) == _LONG else 2
            value = int.from_bytes(tiff[at + 8 : at + 8 + size], order)
            return value if UPRIGHT <= value <= 8 else UPRIGHT
    return UPRIGHT
