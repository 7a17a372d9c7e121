"""Image files: what a picture becomes, and the size of one that was given."""

import io

from PIL import Image

from flux2cli.catalog.sizes import Pixels
from flux2cli.sandbox.drawing.painting import paint
from flux2cli.sandbox.drawing.unfiltered_png import unfiltered_png
from flux2cli.sandbox.pictures import Picture


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


def measure(data: bytes) -> Pixels | None:
    """Width and height of an image file; None for other files. Reads the header only."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
