"""PNGs: chunks, checksums and the order of what a file must have."""

import io
import struct

from PIL import Image
from support.image_shapes import SHAPES, check, chunk, interlaced, refusal, saved


def test_an_interlaced_png_passes() -> None:
    Image.open(io.BytesIO(interlaced())).load()

    assert (check(interlaced()).width, check(interlaced()).height) == (1, 1)


def test_a_png_with_any_byte_changed_is_refused() -> None:
    data = saved("PNG", size=(5, 4))
    for at in range(len(data)):
        for bit in (0x01, 0x20, 0x80):
            refusal(data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :])


def test_a_damaged_png_names_the_chunk() -> None:
    data = bytearray(SHAPES["png rgb"][1])
    data[data.index(b"IDAT") + 10] ^= 1

    assert refusal(bytes(data)) == "it is a PNG whose IDAT chunk is damaged (its CRC does not fit)"


def test_a_png_needs_pixels_and_its_header_first() -> None:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0))
    signature = b"\x89PNG\r\n\x1a\n"

    assert refusal(signature + header + chunk(b"IEND", b"")) == "it is a PNG without pixels (IDAT is missing)"
    assert refusal(signature + chunk(b"IEND", b"") + header) == "it is a PNG that does not start with IHDR"
    assert refusal(signature + header + b"\xff\xff\xff\xffIDAT") == "it is a PNG with a broken chunk header"
