"""Reference images on drawn ones: the image itself, made smaller, or a tile that says what it is."""

import threading
from collections import OrderedDict

from PIL import Image

from flux2cli.catalog.sizes import Pixels
from flux2cli.sandbox.drawing.given_images import decoded
from flux2cli.sandbox.drawing.lettering import letters, wrap
from flux2cli.sandbox.pictures import ShownReference

_SLATE, _INK = (40, 44, 52), (255, 255, 255)
_MOST_KEPT = 200
_LARGEST_KEPT = 256 * 256
"""Pixels: 200 of them take 50 MB."""

_kept: OrderedDict[tuple[str, Pixels], Image.Image] = OrderedDict()
_lock = threading.Lock()


def thumbnail(reference: ShownReference, box: Pixels) -> Image.Image:
    """The reference image in red, green and blue, within this width and height; a tile of that size without it.

    The last ones are kept: a batch shows the same image again and again, and to decode a photo takes 10 to 50 ms.
    """
    if not reference.data:
        return _tile(reference.label, box)
    key = (reference.digest, box)
    with _lock:
        image = _kept.pop(key, None)
    image = image or decoded(reference.data, box)
    if image is not None and box[0] * box[1] <= _LARGEST_KEPT:
        with _lock:
            _kept[key] = image
            if len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
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
