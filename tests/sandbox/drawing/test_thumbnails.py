"""Reference images made small, and tiles for those that cannot be shown: nothing raises."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageChops
from support.sandbox_rig import png

from flux2cli.sandbox.drawing import draw, measure, shrunk
from flux2cli.sandbox.drawing.given_images import decoded
from flux2cli.sandbox.drawing.thumbnails import thumbnail
from flux2cli.sandbox.pictures import Picture, ShownReference

RED = (200, 0, 0)


def file(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def of(data: bytes, box: tuple[int, int] = (40, 40), label: str = "photo.png") -> Image.Image:
    return thumbnail(ShownReference(label=label, data=data), box)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_an_image_keeps_its_shape_and_colours_within_the_box(kind: str) -> None:
    image = of(file(Image.new("RGB", (800, 400), RED), kind))

    assert (image.mode, image.size) == ("RGB", (40, 20))
    assert max(ImageChops.difference(image, Image.new("RGB", (40, 20), RED)).tobytes()) < 6


def test_a_thumbnail_is_kept_and_that_of_another_file_or_for_another_box_is_another() -> None:
    red, green = (file(Image.new("RGB", (300, 300), colour)) for colour in (RED, (0, 200, 0)))
    first = of(red)

    assert of(red, label="b.png") is first
    assert of(red, (30, 30)).size == (30, 30)
    assert of(green).getpixel((0, 0)) == (0, 200, 0)
    for side in range(41, 300):
        of(red, (side, 1))
    assert of(red) is not first
    assert of(red).tobytes() == first.tobytes()


def test_a_large_one_is_not_kept() -> None:
    data = file(Image.new("RGB", (300, 300), RED))

    assert of(data, (300, 300)) is not of(data, (300, 300))


def test_an_image_that_is_smaller_than_the_box_stays_as_it_is() -> None:
    assert of(file(Image.new("RGB", (8, 4), RED))).size == (8, 4)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_any_colours_are_shown(mode: str) -> None:
    image = of(file(Image.new(mode, (80, 40)), "JPEG" if mode == "CMYK" else "PNG"))

    assert (image.mode, image.size) == ("RGB", (40, 20))


def test_transparency_is_grey() -> None:
    assert of(file(Image.new("RGBA", (80, 80), (200, 0, 0, 0)))).getpixel((20, 20)) == (128, 128, 128)


def bomb(width: int, height: int) -> bytes:
    """A PNG that states this size and has next to nothing in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


TILES = {
    "too large": bomb(9000, 6000),
    "a bomb": bomb(200_000, 200_000),
    "without pixels": bomb(100, 100),
    "cut off": file(Image.effect_noise((64, 64), 50))[:-900],
    "another format": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n%%EndComments\n",
    "text": b"<html>",
    "nothing": b"",
}


@pytest.mark.parametrize("data", [*TILES.values(), None], ids=[*TILES, "elsewhere"])
def test_what_cannot_be_shown_is_a_tile_with_a_label(data: bytes | None) -> None:
    one, other = (thumbnail(ShownReference(label=label, data=data), (90, 60)) for label in ("photo.png", "cat.png"))

    assert one.size == (90, 60)
    assert one.getpixel((0, 0)) == (40, 44, 52)
    assert one.tobytes() != other.tobytes()


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (png(30, 20), (30, 20)),
        (bomb(10_000, 10_000), (10_000, 10_000)),
        (TILES["cut off"], (64, 64)),
        (TILES["a bomb"], None),
        (TILES["text"], None),
        (b"", None),
    ],
    ids=["small", "large", "cut off", "a bomb", "text", "nothing"],
)
def test_a_size_is_read_without_an_error_and_without_a_warning(
    data: bytes, size: tuple[int, int] | None, recwarn: pytest.WarningsRecorder
) -> None:
    assert measure(data) == size
    assert decoded(data, (10, 10)) is None or size == (30, 20)
    assert list(recwarn) == []


@pytest.mark.parametrize("box", [(1, 1), (8, 8), (2000, 3), (1, 500)])
@pytest.mark.parametrize("label", ["", "狐.png example.com", "x" * 5000])
def test_no_label_and_no_box_is_too_odd_for_a_tile(label: str, box: tuple[int, int]) -> None:
    assert thumbnail(ShownReference(label=label), box).size == box


def test_a_small_file_stands_for_an_image_and_nothing_for_what_is_none() -> None:
    small = Image.open(io.BytesIO(shrunk(file(Image.new("RGB", (2000, 1000), RED)))))

    assert (small.format, small.size) == ("JPEG", (256, 128))
    assert shrunk(bomb(200_000, 200_000)) == shrunk(b"<html>") == b""


@pytest.mark.parametrize("size", [(1, 1), (16, 3000), (64, 64), (512, 512), (1024, 768)])
@pytest.mark.parametrize("count", [1, 10, 1000])
def test_any_number_of_references_can_be_drawn_on_any_size(count: int, size: tuple[int, int]) -> None:
    references = (ShownReference(label="a.png", data=png(8, 8)),) * count

    picture = Picture(prompt="a fox", seed=7, width=size[0], height=size[1], references=references)

    assert Image.open(io.BytesIO(draw(picture))).size == size
