"""Decodes an image's pixels. That takes 4-28 ms a megapixel, so it is for what cannot be had without."""

import io
import threading
import warnings
from pathlib import Path

_MOST_PIXELS = 16_000_000
"""Four times what the models make; its pixels take 50 MB, and as much again while they are converted."""
_one_at_a_time = threading.Lock()

_WITH_HARDLY_A_LOSS = {"JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"quality": 95}}


def is_blank(path: Path) -> bool:
    """Whether all pixels have the same colour. False for an image of more than 16 million pixels or an unreadable one.

    One image at a time is decoded, so that threads share the memory of one. Whatever a decoder raises, the image is
    whole by its structure and was paid for: this check says nothing then.
    """
    from PIL import Image

    with _one_at_a_time, warnings.catch_warnings(action="ignore"):
        try:
            with Image.open(path) as image:
                if image.width * image.height > _MOST_PIXELS:
                    return False
                extrema = [band.getextrema() for band in image.convert("RGB").split()]
        except Exception:  # noqa: BLE001 - also SyntaxError, IndexError and AssertionError, from odd metadata
            return False
    return all(low == high for low, high in extrema)


def turn_upright(data: bytes, orientation: int) -> bytes:
    """An upright copy of an image that is stored in this EXIF orientation, 2 to 8; ValueError if it cannot be decoded.

    It has the format, the colour profile and the transparency of the image, and no metadata, so no orientation either.
    """
    from PIL import Image

    turns = Image.Transpose
    turn = {
        2: turns.FLIP_LEFT_RIGHT, 3: turns.ROTATE_180, 4: turns.FLIP_TOP_BOTTOM, 5: turns.TRANSPOSE,
        6: turns.ROTATE_270, 7: turns.TRANSVERSE, 8: turns.ROTATE_90,
    }[orientation]  # fmt: skip
    warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)  # the user's own image may be large
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(data)) as image:
            turned = image.transpose(turn)
            options = _WITH_HARDLY_A_LOSS.get(str(image.format), {})
            turned.save(out, image.format, icc_profile=image.info.get("icc_profile"), exif=b"", **options)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(str(error)) from None
    return out.getvalue()
