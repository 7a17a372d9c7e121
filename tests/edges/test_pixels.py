"""Images that are stored turned: their upright copies have the same pixels in the right place, and nothing is lost."""

import io
import tracemalloc
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from flux2cli.core.images.orientation import orientation_of
from flux2cli.edges.pixels import is_blank, turn_upright

SIZE = (96, 64)
RED, GREEN = (254, 0, 0), (0, 128, 0)
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

WHERE = {
    2: ((95, 0), (95, 63)), 3: ((95, 63), (95, 0)), 4: ((0, 63), (0, 0)), 5: ((0, 0), (63, 0)), 6: ((63, 0), (0, 0)),
    7: ((63, 95), (0, 95)), 8: ((0, 95), (63, 95)),
}  # fmt: skip
"""Where the first pixels of the first and of the last row are in the upright image, by what EXIF says of each value."""


def stored(kind: str, orientation: int, mode: str = "RGB", **options: object) -> bytes:
    """Grey, with a red field where the first row begins, and a green one where the last row begins."""
    image = Image.new("RGB", SIZE, (200, 200, 200))
    image.paste(RED, (0, 0, 16, 16))
    image.paste(GREEN, (0, 48, 16, 64))
    fields, out = Image.Exif(), io.BytesIO()
    fields[0x0112] = orientation
    image = image.convert(mode)
    if mode == "RGBA":
        image.putalpha(128)
    image.save(out, kind, exif=fields, icc_profile=PROFILE, **options)
    return out.getvalue()


def near(pixel: object, color: tuple[int, int, int]) -> bool:
    return isinstance(pixel, tuple) and all(abs(int(a) - b) < 12 for a, b in zip(pixel[:3], color, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", WHERE)
def test_the_copy_is_upright_in_the_same_format_with_its_profile(kind: str, orientation: int) -> None:
    turned = turn_upright(stored(kind, orientation), orientation)

    with Image.open(io.BytesIO(turned)) as image:
        pixels = image.convert("RGB")
        assert (image.format, image.info.get("icc_profile")) == (kind, PROFILE)
        assert image.size == ((64, 96) if orientation >= 5 else (96, 64))
        assert near(pixels.getpixel(WHERE[orientation][0]), RED)
        assert near(pixels.getpixel(WHERE[orientation][1]), GREEN)
        assert not image.getexif()
    assert orientation_of(turned) == 1


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("PNG", "1"), ("PNG", "I;16"), ("JPEG", "L"), ("JPEG", "CMYK"),
        ("WEBP", "RGBA"),
    ],
)  # fmt: skip
def test_the_copy_has_the_kind_of_pixels_that_the_image_has(kind: str, mode: str) -> None:
    turned = turn_upright(stored(kind, 6, mode), 6)

    with Image.open(io.BytesIO(turned)) as image:
        assert (image.mode, image.size) == (mode, (64, 96))


def test_an_image_that_cannot_be_decoded_is_a_value_error() -> None:
    png = stored("PNG", 6)
    start = png.index(b"IDAT") + 4

    with pytest.raises(ValueError, match=r"."):
        turn_upright(png[:start] + bytes(20) + png[start + 20 :], 6)


def blank(size: tuple[int, int] = (64, 64)) -> bytes:
    out = io.BytesIO()
    Image.new("1", size).save(out, "PNG")
    return out.getvalue()


def with_chunk(kind: bytes, data: bytes) -> bytes:
    """A blank PNG with one more chunk behind its pixels."""
    image = blank()
    end = image.index(b"IEND") - 4
    crc = zlib.crc32(kind + data).to_bytes(4)
    return image[:end] + len(data).to_bytes(4) + kind + data + crc + image[end:]


def test_an_image_of_one_colour_is_blank(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(blank())

    assert is_blank(file)


@pytest.mark.parametrize("kind", [b"zTXt", b"iCCP"])
def test_an_image_that_the_decoder_stumbles_over_is_not_called_blank(tmp_path: Path, kind: bytes) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(with_chunk(kind, b"a\0\x09b"))  # compression method 9, which does not exist

    assert not is_blank(file)


def test_more_pixels_than_models_make_are_not_decoded(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(blank((13000, 13000)))
    tracemalloc.start()

    found = is_blank(file)

    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (found, most < 2_000_000, recwarn.list) == (False, True, [])
