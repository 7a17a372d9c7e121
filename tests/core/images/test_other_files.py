"""Files that are no usable image: each is named, with what makes it usable."""

import io
import time

import pytest
from support.image_shapes import picture

from flux2cli.core.images.other_files import other_file


def pillows(kind: str) -> bytes:
    out = io.BytesIO()
    picture().save(out, kind)
    return out.getvalue()


KINDS = [
    (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "it is a Git LFS pointer"),
    (b"<!DOCTYPE html><html><body>Sign in</body></html>", "it is an HTML page"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "it is an SVG drawing"),
    (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "it is an HEIC image"),
    (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "it is an HEIC image"),
    (b"\0\0\0\x18ftyphevc\0\0\0\0msf1hevc", "it is an HEIC image"),
    (b"\0\0\0\x1cftypavif\0\0\0\0mif1miafMA1B", "it is an AVIF image"),
    (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "it is an AVIF image"),
    (b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41", "it is a video"),
    (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "it is a video"),
    (b"II*\0\x08\0\0\0", "it is a TIFF"),
    (b"MM\0*\0\0\0\x08", "it is a TIFF"),
    (pillows("TIFF"), "it is a TIFF"),
    (pillows("GIF"), "it is a GIF"),
    (pillows("BMP"), "it is a BMP"),
    (pillows("PDF"), "it is a PDF"),
    (pillows("ICO"), "it is an icon"),
    (pillows("JPEG2000"), "it is a JPEG 2000 image"),
    (b"8BPS\0\1\0\0\0\0\0\0\0\3", "it is a Photoshop document"),
    (b"\xff\x0a\xfa\x1f\x41\x91", "it is a JPEG XL image"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "it is a JPEG XL image"),
    (b"PK\3\4\x14\0\0\0\x08\0", "it is a ZIP archive"),
    (b"\x1f\x8b\x08\0", "it is compressed with gzip"),
    (b"a fox in the snow\n", "it is text"),
]


@pytest.mark.parametrize(("head", "clause"), KINDS)
def test_a_file_is_named_by_its_first_bytes(head: bytes, clause: str) -> None:
    kind = other_file(head)

    assert kind is not None
    assert kind.clause == clause


def test_bytes_that_say_nothing_have_no_kind() -> None:
    assert other_file(bytes(512)) is None
    assert other_file(b"\x89PNG") is None
    assert other_file(b"") is None


def hint(head: bytes, source: str) -> str | None:
    kind = other_file(head)
    assert kind is not None
    return kind.hint(source)


def test_the_hint_is_a_command_that_makes_a_png_beside_the_file() -> None:
    assert hint(b"\0\0\0\x1cftypavif", "art/fox.avif") == "convert it: magick art/fox.avif art/fox.png"
    assert hint(b"GIF89a", "a fox.gif") == "convert it: magick 'a fox.gif[0]' 'a fox.png'"
    assert hint(b"BM\x36\0\0\0\0\0\0\0", "-") == "convert it: magick - png:-"
    assert hint(b"\0\0\0\x18ftypheic", "fox.HEIC") == (
        "convert it: magick fox.HEIC fox.png; on macOS, `sips -s format png` does it, too"
    )


def test_the_converted_image_never_replaces_the_file_itself() -> None:
    assert hint(b"BM\x36\0\0\0\0\0\0\0", "fox.png") == "convert it: magick fox.png fox-2.png"


def test_what_cannot_be_converted_is_fetched_or_unpacked() -> None:
    assert hint(b"version https://git-lfs.github.com/spec/v1\n", "fox.png") == "git lfs pull"
    assert hint(b"<html>", "fox.png") == "get the image itself, not the page that shows it"
    assert hint(b"PK\3\4", "fox.png") == "unzip it"
    assert hint(b"a fox", "fox.png") is None


@pytest.mark.parametrize(
    "unit", [b"<!---->", b"<!-- ", b"--> ", b" ", b"<?xml", b"<svg ", b'{ "', b"[ ", b"....ftypmif1....", b"a"]
)
def test_hostile_bytes_take_time_in_proportion_to_their_length(unit: bytes) -> None:
    def seconds(count: int) -> float:
        began = time.perf_counter()
        for _ in range(20):
            other_file(unit * count + b"\xff")
        return time.perf_counter() - began

    short, long = min(seconds(8) for _ in range(5)), min(seconds(16) for _ in range(5))

    assert long < 10 * short  # twice the bytes; two to the power of eight times, where comments are tried in all ways
