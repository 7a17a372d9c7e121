"""Whole images of every shape pass, in whatever chunks; everything else is refused with its reason."""

import io
import random
import struct
import tracemalloc
from itertools import count, repeat

import pytest
from PIL import Image
from support.image_shapes import SHAPES, SIZE, check, chunk, refusal

from flux2cli.core.images.sniff import Checker, NotAnImageError, sniff

every_shape = pytest.mark.parametrize(("kind", "data"), SHAPES.values(), ids=SHAPES)


@every_shape
def test_a_whole_image_passes_with_its_format_and_size(kind: str, data: bytes) -> None:
    info = check(data)

    assert (info.format, info.media_type) == (kind, f"image/{kind}")
    assert (info.width, info.height) == Image.open(io.BytesIO(data)).size


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
    assert refusal(SHAPES["png rgb"][1][:-1]) == "it is cut off (IEND is missing)"
    assert refusal(SHAPES["jpeg baseline"][1][:-1]) == "it is cut off (EOI is missing)"
    assert refusal(SHAPES["webp lossy"][1][:-1]) == "it is cut off (it is shorter than its RIFF header says)"


def test_an_image_without_extent_is_refused() -> None:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 0, 7, 8, 2, 0, 0, 0))

    assert refusal(b"\x89PNG\r\n\x1a\n" + header) == "it says that it is 0x7 pixels"


@pytest.mark.parametrize("kind", ["png rgb", "jpeg baseline"])
def test_bytes_after_the_end_of_a_png_or_jpeg_are_tolerated(kind: str) -> None:
    assert check(SHAPES[kind][1] + b"\0appended").width == 37


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
    checker = Checker()
    checker.feed(data[: len(data) * 9 // 10])

    assert (checker.format, checker.size) == (kind, SIZE)


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
