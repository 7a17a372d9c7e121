"""Did what came match what was asked? Size, format, number of images, flagged or blank ones. Looks at values only."""

from collections.abc import Mapping, Sequence

from flux2cli.catalog import PRESETS
from flux2cli.core.request import Request
from flux2cli.core.sidecar import Picture
from flux2cli.core.size import Size

BLANK_BYTES_PER_PIXEL = 0.02
"""An image with fewer bytes than this for each pixel is looked at for being blank: a plain PNG needs 0.004 or less."""


def asked_of(request: Request) -> dict[str, object]:
    """What a request asks for that can be checked afterwards: size in pixels, number and format; null where open."""
    size = request.values.get("size")
    if isinstance(size, Size):
        pixels: list[int] | None = [size.width, size.height]
    else:
        pixels = list(PRESETS[str(size)]) if str(size) in PRESETS else None
    return {"size": pixels, "count": request.values.get("num", 1), "format": request.values.get("format")}


def suspicious(picture: Picture) -> bool:
    """Whether an image is so small for its pixels that it may be blank."""
    return picture.bytes < BLANK_BYTES_PER_PIXEL * picture.width * picture.height


def differences(asked: Mapping[str, object], pictures: Sequence[Picture], blank: Sequence[int]) -> list[str]:
    """One clause for each way in which the images are not what was asked. `blank` holds the indexes of blank ones."""
    found = []
    if isinstance(asked.get("count"), int) and len(pictures) != asked["count"]:
        found.append(f"{asked['count']} images were asked for and {len(pictures)} came")
    for picture in pictures:
        which = f"image {picture.index + 1}" if len(pictures) > 1 else "the image"
        size = asked.get("size")
        if isinstance(size, Sequence) and [picture.width, picture.height] != list(size):
            found.append(f"{which} came as {picture.width}x{picture.height}, not {size[0]}x{size[1]}")
        if asked.get("format") and picture.media_type != f"image/{asked['format']}":
            found.append(f"{which} came as {picture.media_type.removeprefix('image/')}, not {asked['format']}")
        if picture.nsfw:
            found.append(f"the provider's safety checker flagged {which}; it may be black (--no-safety-checker)")
        if picture.index in blank:
            found.append(f"{which} is blank: all its pixels have one colour, as when a safety filter blacked it out")
    return found
