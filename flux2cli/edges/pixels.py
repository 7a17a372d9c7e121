"""Decodes an image's pixels. That takes 4-28 ms a megapixel, so it is for what cannot be had without."""

import io
import warnings
from pathlib import Path

_WITH_HARDLY_A_LOSS = {"JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"quality": 95}}


def is_blank(path: Path) -> bool:
    """Whether all pixels have the same colour. False for an unreadable image, which other checks report."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            bands = image.convert("RGB").split()
            extrema = [band.getextrema() for band in bands]
    except (OSError, ValueError, Image.DecompressionBombError):
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
