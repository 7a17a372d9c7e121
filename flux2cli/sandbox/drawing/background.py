"""Backgrounds: a gradient with two glows, in colours and places that prompt and seed choose.

They are drawn at a quarter of the size, in a palette of few colours, and enlarged. A smooth picture takes several times
as long to draw, and longer to encode.
"""

import colorsys
import hashlib
from functools import cache

from PIL import Image

from flux2cli.catalog.sizes import Pixels
from flux2cli.sandbox.pictures import Picture

_LEVELS = 48
_STOPS = ((0, 0.75, 0.24), (25, 0.78, 0.55), (70, 0.6, 0.75), (140, 0.5, 0.92))
"""Colours from the lowest level to the highest: what is added to the hue, of 256; saturation; value."""

_Colour = tuple[float, float, float]


def background(picture: Picture) -> Image.Image:
    """The picture without anything on it. Several images of one request differ."""
    identity = f"{picture.seed}\n{picture.prompt}" + (f"\n{picture.index}" if picture.index else "")
    digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).digest()
    image = _tones((picture.width // 4 + 1, picture.height // 4 + 1), digest)
    coloured = image.point([tone * _LEVELS // 256 for tone in range(256)])
    coloured.putpalette(_palette(digest[0]))
    return coloured.convert("RGB").resize(picture.size, Image.Resampling.NEAREST)


def _tones(size: Pixels, digest: bytes) -> Image.Image:
    """A gradient, with one glow upwards and one downwards."""
    image = _gradient(digest[1] % 4).resize(size)
    width, height = max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)
    mask = _glow().resize((width, height))
    for index, tone in enumerate((255, 0)):
        left = digest[2 + index] * image.width // 255 - width // 2
        top = digest[4 + index] * image.height // 255 - height // 2
        image.paste(tone, (left, top, left + width, top + height), mask)
    return image


@cache
def _gradient(turns: int) -> Image.Image:
    return Image.linear_gradient("L").rotate(turns * 90).point([40 + tone * 150 // 255 for tone in range(256)])


@cache
def _glow() -> Image.Image:
    """The radial gradient has 181 at the middle of its sides: the glow has to end there, or its box shows."""
    return Image.radial_gradient("L").point([int(200 * (max(0, 180 - tone) / 180) ** 1.6) for tone in range(256)])


@cache
def _palette(hue: int) -> bytes:
    """Red, green and blue of each level."""
    stops = [colorsys.hsv_to_rgb((hue + added) % 256 / 256, *rest) for added, *rest in _STOPS]
    colours = (_between(stops, level / (_LEVELS - 1)) for level in range(_LEVELS))
    return bytes(round(part * 255) for colour in colours for part in colour)


def _between(stops: list[_Colour], place: float) -> _Colour:
    at = place * (len(stops) - 1)
    first = min(int(at), len(stops) - 2)
    red, green, blue = (a + (b - a) * (at - first) for a, b in zip(stops[first], stops[first + 1], strict=True))
    return red, green, blue
