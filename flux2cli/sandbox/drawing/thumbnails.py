"""Reference images on drawn ones: the image itself, made smaller, or a tile that says what it is."""

from PIL import Image

from flux2cli.catalog.sizes import Pixels
from flux2cli.sandbox.drawing.given_images import decoded
from flux2cli.sandbox.drawing.lettering import letters, wrap
from flux2cli.sandbox.pictures import ShownReference

_SLATE, _INK = (40, 44, 52), (255, 255, 255)


def thumbnail(reference: ShownReference, box: Pixels) -> Image.Image:
    """The reference image in red, green and blue, within this width and height; a tile of that size without it."""
    image = decoded(reference.data, box) if reference.data else None
    return image or _tile(reference.label, box)


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
