"""Reference images on drawn ones: the image itself, made smaller, or a tile that says what it is."""

import io

from PIL import Image

from flux2cli.catalog.sizes import Pixels
from flux2cli.sandbox.drawing.lettering import letters, wrap
from flux2cli.sandbox.pictures import ShownReference

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
"""Formats whose decoders start no other program."""

_MOST_PIXELS = 50_000_000
_SLATE, _GREY, _INK = (40, 44, 52), (128, 128, 128), (255, 255, 255)


def thumbnail(reference: ShownReference, box: Pixels) -> Image.Image:
    """The reference image in red, green and blue, within this width and height; a tile of that size without it."""
    image = decoded(reference.data, box) if reference.data else None
    return image or _tile(reference.label, box)


def decoded(data: bytes, box: Pixels) -> Image.Image | None:
    """The image within this width and height; None for one that is too large, broken, or of an unusual format."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > _MOST_PIXELS:
                return None
            image.thumbnail(box)
            return _on_grey(image)
    except Exception:  # noqa: BLE001 - decoders raise anything for a file that was made to break them
        return None


def _on_grey(image: Image.Image) -> Image.Image:
    """The image without transparency."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    ground, clear = Image.new("RGB", image.size, _GREY), image.convert("RGBA")
    ground.paste(clear, mask=clear.getchannel("A"))
    return ground


def _tile(label: str, box: Pixels) -> Image.Image:
    """The label in the middle of the height, where it is clear of the texts of an image that it is a part of."""
    tile = Image.new("RGB", box, _SLATE)
    size = min(max(9, min(box) // 8), 32)
    pad, step = size // 2, size * 5 // 4
    lines = wrap(label, size, box[0] - 2 * pad, max(1, (box[1] - pad) // step))
    top = (box[1] - step * len(lines)) // 2
    for number, line in enumerate(lines):
        tile.paste(_INK, (pad, top + number * step), letters(line, size))
    return tile
