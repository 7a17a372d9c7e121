"""PNG: the signature, then chunks with a CRC each, IHDR first and IEND last. https://www.w3.org/TR/png-3/#5Chunk-layout."""

import zlib

from flux2cli.core.images.reader import NotAnImageError, Parser, checksum, number, size, take

SIGNATURE = b"\x89PNG\r\n\x1a\n"
UNFINISHED = "IEND is missing"

_LONGEST = 2**31 - 1


def parse() -> Parser:
    """Every chunk's CRC up to IEND; the pixels stay compressed."""
    yield from take(len(SIGNATURE))
    if (yield from number(4)) != 13 or (yield from take(4)) != b"IHDR":
        raise NotAnImageError("it is a PNG that does not start with IHDR")
    header = yield from take(13)
    yield from _check(b"IHDR", zlib.crc32(header, zlib.crc32(b"IHDR")))
    yield from size(int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big"))
    pixels = False
    while True:
        length = yield from number(4)
        name = yield from take(4)
        if length > _LONGEST or not name.isalpha():
            raise NotAnImageError("it is a PNG with a broken chunk header")
        yield from _check(name, (yield from checksum(length, zlib.crc32(name))))
        pixels = pixels or name == b"IDAT"
        if name == b"IEND":
            break
    if not pixels:
        raise NotAnImageError("it is a PNG without pixels (IDAT is missing)")


def _check(name: bytes, crc: int) -> Parser:
    if (yield from number(4)) != crc:
        raise NotAnImageError(f"it is a PNG whose {name.decode()} chunk is damaged (its CRC does not fit)")
