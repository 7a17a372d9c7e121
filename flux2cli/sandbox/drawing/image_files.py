"""Image files of pictures."""

import io

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
        case _ if image.mode == "RGBA":
            image.save(out, "PNG", compress_level=1)
        case _:
            return unfiltered_png(image)
    return out.getvalue()
