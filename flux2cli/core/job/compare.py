"""Did what came match what was asked? Size, format, number of images, flagged or blank ones. Looks at values only."""

from collections.abc import Mapping, Sequence

from flux2cli.catalog.canvas import canvas_of
from flux2cli.catalog.sizes import Pixels
from flux2cli.core.job.sidecar import Picture
from flux2cli.core.request.request import Request

BLANK_BYTES_PER_PIXEL = 0.02
"""An image with fewer bytes than this for each pixel is looked at for being blank: a plain PNG needs 0.004 or less."""


def asked_of(request: Request) -> dict[str, object]:
    """What a request asks for that can be checked afterwards: size in pixels, number and format; null where open."""
    pixels = _canvas(request) if request.mode == "outpaint" else request.size
    return {
        "size": list(pixels) if pixels else None,
        "count": request.count,
        "format": request.values.get("format"),
    }


def _canvas(request: Request) -> Pixels | None:
    """The image with what is added to it; nobody can tell beforehand what the provider crops."""
    cropped = request.values.get("auto_crop") is True
    return None if cropped or not request.references else canvas_of(request.references[0].size, request.values)


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
