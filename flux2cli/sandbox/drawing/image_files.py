"""Image files: what a picture becomes, and the size of one that was given."""

import io

from PIL import Image

from flux2cli.catalog.sizes import Pixels
from flux2cli.sandbox.drawing.painting import paint
from flux2cli.sandbox.drawing.thumbnails import decoded
from flux2cli.sandbox.drawing.unfiltered_png import unfiltered_png
from flux2cli.sandbox.pictures import Picture

_SHRUNK = (256, 256)


def draw(picture: Picture) -> bytes:
    """The image as a file in its format."""
    image = paint(picture)
    out = io.BytesIO()
    match picture.format:
        case "jpeg":
            image.save(out, "JPEG", quality=85)
        case "webp":
            image.save(out, "WEBP", quality=80, method=0)
        case _:
            return unfiltered_png(image)
    return out.getvalue()


def shrunk(data: bytes) -> bytes:
    """The image as a small JPEG file; no bytes for one that is too large, broken, or of an unusual format."""
    image = decoded(data, _SHRUNK)
    out = io.BytesIO()
    if image is not None:
        image.save(out, "JPEG", quality=85)
    return out.getvalue()


def measure(data: bytes) -> Pixels | None:
    """Width and height of an image file; None for other files. Reads the header only."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
