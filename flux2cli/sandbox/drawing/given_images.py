"""Image files that clients sent: their sizes and, made small, their pixels. Whatever is in a file, nothing raises."""

import io
import threading
import warnings

from PIL import Image

from flux2cli.catalog.sizes import Pixels

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
"""Formats whose decoders start no other program."""

_MOST_PIXELS = 50_000_000
_SHRUNK = (256, 256)
_GREY = (128, 128, 128)
_one_at_a_time = threading.Lock()
"""For `catch_warnings`, which changes the filters of all threads. Pillow warns of large and of odd files on stderr."""


def measure(data: bytes) -> Pixels | None:
    """Width and height of an image file; None for other files. Reads the header only."""
    try:
        with _one_at_a_time, warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data)) as image:
            return image.size
    except Exception:  # noqa: BLE001 - decoders raise anything for a file that was made to break them
        return None


def decoded(data: bytes, box: Pixels) -> Image.Image | None:
    """The image within this width and height; None for one that is too large, broken, or of an unusual format."""
    try:
        with (
            _one_at_a_time,
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(data), formats=_FORMATS) as image,
        ):
            if image.width * image.height > _MOST_PIXELS:
                return None
            image.thumbnail(box)
            return _on_grey(image)
    except Exception:  # noqa: BLE001 - as above
        return None


def shrunk(data: bytes) -> bytes:
    """The image as a small JPEG file; no bytes for one that `decoded` does not return."""
    image = decoded(data, _SHRUNK)
    out = io.BytesIO()
    if image is not None:
        image.save(out, "JPEG", quality=85)
    return out.getvalue()


def _on_grey(image: Image.Image) -> Image.Image:
    """The image without transparency."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    ground, clear = Image.new("RGB", image.size, _GREY), image.convert("RGBA")
    ground.paste(clear, mask=clear.getchannel("A"))
    return ground
