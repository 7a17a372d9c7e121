"""Whole images of every shape pass, in whatever chunks; everything else is refused with its reason."""

import io
import random
import struct
import tracemalloc
import zlib
from collections.abc import Iterator
from itertools import count, repeat

import pytest
from PIL import Image

from flux2cli.core.images.sniff import Checker, ImageInfo, NotAnImageError, read_header, sniff

SIZE = (37, 23)


def picture(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    noise = random.Random(f"{mode}{size}").randbytes(size[0] * size[1] * 4)
    image = Image.frombytes("RGBA", size, noise)
    if mode == "I;16":
        return Image.frombytes("I;16", size, noise[: size[0] * size[1] * 2])
    return image.convert(mode)


def saved(kind: str, mode: str = "RGB", size: tuple[int, int] = SIZE, **options: object) -> bytes:
    out = io.BytesIO()
    picture(mode, size).save(out, kind, **options)
    return out.getvalue()


def exif(length: int) -> bytes:
    fields = Image.Exif()
    fields[0x010E] = "x" * length
    return fields.tobytes()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def interlaced() -> bytes:
    """An Adam7 file of 1x1 pixels, which Pillow reads but does not write."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 1)
    pixels = zlib.compress(b"\0\x80")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def with_fill_bytes() -> bytes:
    """A JPEG with fill bytes before each marker, as B.1.1.2 allows."""
    data = saved("JPEG")
    first_table = data.index(b"\xff\xdb")
    return data[:first_table] + b"\xff\xff\xff" + data[first_table:-2] + b"\xff\xff" + data[-2:]


SHAPES = {
    "png rgb": ("png", saved("PNG")),
    "png alpha": ("png", saved("PNG", "RGBA")),
    "png palette": ("png", saved("PNG", "P")),
    "png grey": ("png", saved("PNG", "L")),
    "png 16 bit": ("png", saved("PNG", "I;16")),
    "png one bit": ("png", saved("PNG", "1")),
    "png animated": ("png", saved("PNG", save_all=True, append_images=[picture("RGB")], default_image=True)),
    "jpeg baseline": ("jpeg", saved("JPEG", quality=95)),
    "jpeg progressive": ("jpeg", saved("JPEG", progressive=True, quality=95)),
    "jpeg grey": ("jpeg", saved("JPEG", "L")),
    "jpeg cmyk": ("jpeg", saved("JPEG", "CMYK")),
    "jpeg restarts": ("jpeg", saved("JPEG", restart_marker_blocks=1)),
    "jpeg exif": ("jpeg", saved("JPEG", exif=exif(200))),
    "jpeg exif with a jpeg inside": ("jpeg", saved("JPEG", comment=saved("JPEG"))),
    "jpeg fill bytes": ("jpeg", with_fill_bytes()),
    "webp lossy": ("webp", saved("WEBP", quality=80)),
    "webp lossless": ("webp", saved("WEBP", lossless=True)),
    "webp alpha": ("webp", saved("WEBP", "RGBA")),
    "webp exif": ("webp", saved("WEBP", exif=exif(201))),
    "webp animated": ("webp", saved("WEBP", save_all=True, append_images=[picture("L").convert("RGB")])),
}
every_shape = pytest.mark.parametrize(("kind", "data"), SHAPES.values(), ids=SHAPES)


def check(data: bytes, chunks: Iterator[int] | None = None) -> ImageInfo:
    checker, at = Checker(), 0
    while at < len(data):
        step = next(chunks) if chunks else len(data)
        checker.feed(data[at : at + step])
        at += step
    return checker.finish()


def refusal(data: bytes) -> str:
    with pytest.raises(NotAnImageError) as refused:
        check(data)
    return str(refused.value)


@every_shape
def test_a_whole_image_passes_with_its_format_and_size(kind: str, data: bytes) -> None:
    info = check(data)

    assert (info.format, info.media_type) == (kind, f"image/{kind}")
    assert (info.width, info.height) == Image.open(io.BytesIO(data)).size


def test_an_interlaced_png_passes() -> None:
    Image.open(io.BytesIO(interlaced())).load()

    assert (check(interlaced()).width, check(interlaced()).height) == (1, 1)


@every_shape
def test_where_chunks_end_makes_no_difference(kind: str, data: bytes) -> None:
    for seed in range(40):
        lengths, largest = random.Random(seed), (1, 2, 3, 7, 64, 700)[seed % 6]
        assert check(data, (lengths.randint(0, largest) for _ in count())).format == kind


@every_shape
def test_an_image_cut_off_anywhere_is_refused(kind: str, data: bytes) -> None:  # noqa: ARG001
    for length in range(len(data)):
        refusal(data[:length])


@every_shape
def test_a_cut_is_found_in_any_chunks(kind: str, data: bytes) -> None:  # noqa: ARG001
    for length in range(0, len(data), 11):
        with pytest.raises(NotAnImageError):
            check(data[:length], repeat(1))


def test_the_reason_says_what_is_missing() -> None:
    assert refusal(SHAPES["png rgb"][1][:-1]) == "it ends in the middle (IEND is missing)"
    assert refusal(SHAPES["jpeg baseline"][1][:-1]) == "it ends in the middle (EOI is missing)"
    assert refusal(SHAPES["webp lossy"][1][:-1]) == "it ends in the middle (it is shorter than its RIFF header says)"


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


def test_an_image_without_extent_is_refused() -> None:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 0, 7, 8, 2, 0, 0, 0))

    assert refusal(b"\x89PNG\r\n\x1a\n" + header) == "it says that it is 0x7 pixels"


def test_a_jpeg_needs_a_frame_and_a_scan() -> None:
    assert refusal(b"\xff\xd8\xff\xd9") == "it is a JPEG without a frame header"
    frame = b"\xff\xc0\x00\x0b\x08\x00\x05\x00\x06\x01\x01\x11\x00"
    assert refusal(b"\xff\xd8" + frame + b"\xff\xd9") == "it is a JPEG without pixels"


def test_a_jpeg_with_broken_segments_is_refused() -> None:
    assert refusal(b"\xff\xd8\xff\xe0\x00\x01\xff\xd9") == "it is a JPEG with a segment that is too short"
    assert refusal(b"\xff\xd8\xff\xe0\x00\x02AB\xff\xd9") == "it is a JPEG with something else between its segments"
    assert refusal(b"\xff\xd8\xff\xd8\xff\xd9") == "it is a JPEG with the marker D8 where there cannot be one"


def test_a_jpeg_that_tells_its_height_after_the_scan_has_it() -> None:
    frame = b"\xff\xc0\x00\x0b\x08\x00\x00\x00\x06\x01\x01\x11\x00"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\x34"
    data = b"\xff\xd8" + frame + scan + b"\xff\xdc\x00\x04\x00\x05\xff\xd9"

    assert (check(data).width, check(data).height) == (6, 5)
    assert refusal(data.replace(b"\xff\xdc\x00\x04\x00\x05", b"")) == "it says that it is 6x0 pixels"


@pytest.mark.parametrize("kind", ["png rgb", "jpeg baseline"])
def test_bytes_after_the_end_of_a_png_or_jpeg_are_tolerated(kind: str) -> None:
    assert check(SHAPES[kind][1] + b"\0appended").width == 37


def test_bytes_after_the_end_of_a_webp_are_not() -> None:
    assert refusal(SHAPES["webp lossy"][1] + b"\0") == "it is longer than its RIFF header says"


def test_a_webp_whose_chunk_leads_out_of_the_file_is_refused() -> None:
    data = bytearray(SHAPES["webp lossy"][1])
    data[16:20] = (2**31).to_bytes(4, "little")

    assert refusal(bytes(data)) == "it is a WebP with a chunk that is longer than the file"


def test_a_webp_without_pixels_is_refused() -> None:
    body = b"WEBPVP8X\x0a\0\0\0" + bytes(10)

    assert refusal(b"RIFF" + len(body).to_bytes(4, "little") + body) == "it is a WebP without pixels"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"<!DOCTYPE html><html><body>502</body></html>", "it is an HTML page"),
        (b"\n <HTML>\n<head>" + b"x" * 5000, "it is an HTML page"),
        (b'{"detail": "Not found"}', "it is JSON"),
        (b'[{"loc": ["body"]}]', "it is JSON"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "it is an XML document"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "it is an SVG drawing"),
        (b"GIF89a" + bytes(100), "it is a GIF"),
        (b"\0\0\0\x20ftypavif" + bytes(100), "it is an AVIF image"),
        (b"upstream connect error", "it is text"),
        (bytes(4096), "it is no PNG, JPEG or WebP"),
        (b"\x89PNG", "it is no PNG, JPEG or WebP"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "it is no PNG, JPEG or WebP"),
    ],
)
def test_what_is_no_image_is_named(data: bytes, reason: str) -> None:
    assert refusal(data) == reason
    with pytest.raises(NotAnImageError, match=reason):
        check(data, repeat(1))


def test_a_page_instead_of_an_image_is_refused_before_it_ends() -> None:
    checker = Checker()

    with pytest.raises(NotAnImageError, match="HTML page"):
        checker.feed(b"<!doctype html>" + b" " * 600)


def test_twelve_bytes_tell_the_format() -> None:
    assert [sniff(data[:12]) for _, data in SHAPES.values()] == [kind for kind, _ in SHAPES.values()]
    assert sniff(b"GIF89a123456") is None


@every_shape
def test_the_start_of_a_file_tells_its_size(kind: str, data: bytes) -> None:
    assert read_header(data[: len(data) * 9 // 10]) == (kind, *SIZE)


def test_a_jpeg_with_long_metadata_tells_its_size_when_given_more() -> None:
    data = saved("JPEG", exif=exif(60_000), comment=b"c" * 60_000)

    assert read_header(data[: 1 << 16]) is None
    assert read_header(data) == ("jpeg", 37, 23)


def test_what_is_no_image_has_no_header() -> None:
    assert read_header(b"<!doctype html>" * 100) is None
    assert read_header(b"") is None


def test_a_hundred_megabytes_are_checked_in_constant_memory() -> None:
    block = b"\x5a\xff\x00\xa5" * (1 << 14)
    frame = b"\xff\xc0\x00\x0b\x08\x00\x05\x00\x06\x01\x01\x11\x00"
    checker = Checker()
    tracemalloc.start()
    try:
        checker.feed(b"\xff\xd8" + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00")
        for _ in range(1600):
            checker.feed(block)
        checker.feed(b"\xff\xd9")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert (checker.finish().width, checker.finish().height) == (6, 5)
    assert peak < 1 << 20
