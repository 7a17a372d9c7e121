"""Draws the emulator's images: the prompt on a coloured gradient, seed, size, the word SANDBOX. Pillow's only user.

The same picture gives the same bytes (with the same version of Pillow).
"""

import hashlib
import io
from functools import cache

from PIL import Image, ImageDraw, ImageFont, ImageOps

from flux2cli.catalog.sizes import Pixels
from flux2cli.sandbox.pictures import Picture

_LONGEST = 600
_INK = (255, 255, 255)


def draw(picture: Picture) -> bytes:
    """The image as a file in its format."""
    image = Image.new("RGB", picture.size) if picture.black else _light(picture)
    if not picture.black:
        _write_texts(image, picture)
    out = io.BytesIO()
    match picture.format:
        case "jpeg":
            image.save(out, "JPEG", quality=85)
        case "webp":
            image.save(out, "WEBP", quality=80, method=0)
        case _:
            image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def measure(data: bytes) -> Pixels | None:
    """Width and height of an image file; None for other files. Reads the header only."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _light(picture: Picture) -> Image.Image:
    """A gradient with two glows, in colours derived from prompt and seed, and from the place among several images."""
    identity = f"{picture.seed}\n{picture.prompt}" + (f"\n{picture.index}" if picture.index else "")
    digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).digest()
    hue = digest[0]
    small = (min(picture.width, 256), min(picture.height, 256))
    ramp = Image.linear_gradient("L").rotate((digest[1] % 4) * 90).resize(small)
    image = ImageOps.colorize(ramp, _colour(hue, 190, 60), _colour(hue + 70, 170, 225), _colour(hue + 25, 200, 150))
    # The radial gradient has 181 at the middle of its sides: the glow has to end there, or its box shows.
    glow = Image.radial_gradient("L").point([int(200 * (max(0, 180 - value) / 180) ** 1.6) for value in range(256)])
    for index, shift in enumerate((140, 40)):
        width, height = max(1, small[0] * 3 // 4), max(1, small[1] * 3 // 4)
        at = (digest[2 + index] * small[0] // 255 - width // 2, digest[4 + index] * small[1] // 255 - height // 2)
        mask = glow.resize((width, height))
        image.paste(_colour(hue + shift, 160, 255), (*at, at[0] + width, at[1] + height), mask)
    return image.resize(picture.size, Image.Resampling.BILINEAR)


def _colour(hue: int, saturation: int, value: int) -> tuple[int, int, int]:
    pixel = Image.new("HSV", (1, 1), (hue % 256, saturation, value)).convert("RGB").getpixel((0, 0))
    assert isinstance(pixel, tuple)  # noqa: S101 - for the type checker
    return (int(pixel[0]), int(pixel[1]), int(pixel[2]))


def _write_texts(image: Image.Image, picture: Picture) -> None:
    """The word on top, the prompt in the middle, seed and size at the bottom, each with a soft shadow."""
    side = min(picture.width, picture.height)
    pen = ImageDraw.Draw(image)
    margin = side // 16
    small, large = _font(max(8, side // 28)), _font(max(9, side // 18))
    _line(pen, (margin, margin), "SANDBOX", large)
    foot = int(picture.height - margin - small.size)
    _line(pen, (margin, foot), picture.label, small)
    step = large.size * 1.3
    top = margin + large.size * 2
    room = max(1, int((foot - large.size - top) / step))
    lines = _wrap(picture.prompt, large, picture.width - 2 * margin, room)
    start = max(top, (picture.height - step * len(lines)) / 2)
    for index, text in enumerate(lines):
        _line(pen, (margin, int(start + index * step)), text, large)


def _line(pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, font: ImageFont.FreeTypeFont) -> None:
    shift = max(1, int(font.size) // 16)
    pen.text((at[0] + shift, at[1] + shift), text, fill=(0, 0, 0), font=font)
    pen.text(at, text, fill=_INK, font=font)


def _wrap(prompt: str, font: ImageFont.FreeTypeFont, width: int, room: int) -> list[str]:
    """The prompt's words in at most `room` lines, with an ellipsis where it is cut."""
    words = "".join(c if c.isprintable() else " " for c in prompt[:_LONGEST]).split()
    lines: list[str] = []
    cut = len(prompt) > _LONGEST
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(_shorten(word, font, width))
        if len(lines) > room:
            lines.pop()
            cut = True
            break
    if cut and lines:
        lines[-1] = _shorten(f"{lines[-1]} ...", font, width)
    return lines


def _shorten(word: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    while len(word) > 4 and font.getlength(word) > width:
        word = f"{word[: len(word) * 3 // 4 - 3]}..."
    return word


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType, so the sandbox has no letters to draw with")
    return font
