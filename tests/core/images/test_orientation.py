"""The EXIF orientation in every format, in both byte orders, and in files that state none or nonsense."""

import io
import struct

import pytest
from PIL import Image
from support.image_shapes import SHAPES, chunk, picture, saved

from flux2cli.core.images.orientation import orientation_of


def turned(kind: str, orientation: int) -> bytes:
    fields = Image.Exif()
    fields[0x0112] = orientation
    fields[0x010F] = "a camera"
    return saved(kind, exif=fields.tobytes())


def tiff(order: str, *entries: tuple[int, int, int]) -> bytes:
    """A TIFF with one directory of (tag, type, value): 3 is a short, 4 a long number."""
    out = (b"MM" if order == ">" else b"II") + struct.pack(f"{order}HIH", 42, 8, len(entries))
    for tag, kind, value in entries:
        out += struct.pack(f"{order}HHI", tag, kind, 1)
        out += struct.pack(f"{order}HH", value, 0) if kind == 3 else struct.pack(f"{order}I", value)
    return out + bytes(4)


def jpeg_with(*segments: tuple[int, bytes]) -> bytes:
    plain = saved("JPEG")
    added = b"".join(b"\xff" + bytes([code]) + struct.pack(">H", len(data) + 2) + data for code, data in segments)
    return plain[:2] + added + plain[2:]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_found_in_every_format(kind: str, orientation: int) -> None:
    assert orientation_of(turned(kind, orientation)) == orientation


@pytest.mark.parametrize("name", SHAPES)
def test_an_image_without_the_tag_is_upright(name: str) -> None:
    assert orientation_of(SHAPES[name][1]) == 1


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [3, 4])
def test_both_byte_orders_and_sizes_are_read(order: str, kind: int) -> None:
    exif = tiff(order, (0x0100, 3, 7), (0x0112, kind, 6))

    assert orientation_of(jpeg_with((0xE1, b"Exif\0\0" + exif))) == 6


def test_it_is_found_behind_other_segments_and_fill_bytes() -> None:
    exif = b"Exif\0\0" + tiff(">", (0x0112, 3, 8))
    jpeg = jpeg_with((0xE0, b"JFIF"), (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"), (0xE1, exif))

    assert orientation_of(jpeg) == 8
    assert orientation_of(jpeg[:2] + b"\xff\xff" + jpeg[2:]) == 8


def test_it_is_found_behind_the_pixels_of_a_png() -> None:
    png = saved("PNG")
    end = png.index(b"IEND") - 4

    assert orientation_of(png[:end] + chunk(b"eXIf", tiff("<", (0x0112, 3, 3))) + png[end:]) == 3


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"XX",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff",
        tiff("<"),
        tiff("<", (0x0112, 3, 0)),
        tiff("<", (0x0112, 3, 9)),
        tiff("<", (0x0112, 3, 6))[:16],
        b"MM\0*\0\0\0\x08\xff\xff",
    ],
)
def test_nonsense_counts_as_upright(exif: bytes) -> None:
    assert orientation_of(jpeg_with((0xE1, b"Exif\0\0" + exif))) == 1


def test_it_is_the_outer_image_that_counts_and_not_its_preview() -> None:
    preview = io.BytesIO()
    picture().save(preview, "JPEG", exif=b"Exif\0\0" + tiff("<", (0x0112, 3, 6)))

    assert orientation_of(jpeg_with((0xE2, b"MPF\0" + preview.getvalue()))) == 1
