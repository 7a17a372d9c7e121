"""Images as responses: a right one, and those that are not what they should be."""

import io
from functools import cache

from PIL import Image

from hostile.messages import Response


def _saved(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def picture_response(content: bytes) -> Response:
    """The bytes of an image, said to be a PNG."""
    return Response(200, content, {"Content-Type": "image/png"})


_NOISE = Image.effect_noise((16, 16), 50)
PICTURE = picture_response(_saved(_NOISE, "PNG"))


@cache
def half() -> Response:
    """The first half of an image, with the length of that half."""
    return picture_response(PICTURE.body[: len(PICTURE.body) // 2])


@cache
def blank() -> Response:
    """An image that is black all over."""
    return picture_response(_saved(Image.new("RGB", (64, 64)), "PNG"))


@cache
def other_format() -> Response:
    """A WebP in spite of its name and media type."""
    return picture_response(_saved(_NOISE, "WEBP"))


@cache
def vast() -> Response:
    """20 kB that are 169 megapixels."""
    return picture_response(_saved(Image.new("1", (13000, 13000)), "PNG"))
