"""Compares images with their request: size, format, number, flagged or blank ones. Pure values."""

from collections.abc import Collection, Sequence

from flux2cli.catalog.canvas import canvas_of
from flux2cli.catalog.sizes import Pixels
from flux2cli.core.images.image import Image
from flux2cli.core.job.job import Asked
from flux2cli.core.request.request import Request

BLANK_BYTES_PER_PIXEL = 0.02
"""An image with fewer bytes per pixel than this may be blank, so its pixels are checked: a plain PNG needs 0.004."""


def asked_of(request: Request) -> Asked:
    """What a request asks for that its images can be compared with."""
    file_format = request.values.get("format")
    return Asked(
        size=_canvas(request) if request.mode == "outpaint" else request.size,
        count=request.count,
        format=None if file_format is None else str(file_format),
    )


def _canvas(request: Request) -> Pixels | None:
    """The size of an extended image; None with `auto_crop`, since the provider decides what it crops."""
    cropped = request.values.get("auto_crop") is True
    return None if cropped or not request.references else canvas_of(request.references[0].size, request.values)


def suspicious(image: Image) -> bool:
    """Whether an image is so small for its pixels that it may be blank."""
    return image.bytes < BLANK_BYTES_PER_PIXEL * image.width * image.height


def differences(asked: Asked, images: Sequence[Image], blank: Collection[int]) -> list[str]:
    """A clause for each difference between the images and the request. `blank` holds the indexes of blank images."""
    found = []
    if asked.count is not None and len(images) != asked.count:
        found.append(f"{asked.count} images were asked for and {len(images)} came")
    for image in images:
        which = f"image {image.index + 1}" if len(images) > 1 else "the image"
        if asked.size is not None and image.size != asked.size:
            found.append(f"{which} came as {image.width}x{image.height}, not {asked.size[0]}x{asked.size[1]}")
        if asked.format and image.media_type != f"image/{asked.format}":
            found.append(f"{which} came as {image.media_type.removeprefix('image/')}, not {asked.format}")
        if image.nsfw:
            found.append(f"the provider's safety checker flagged {which}; it may be black (--no-safety-checker)")
        if image.index in blank:
            found.append(f"{which} is blank: all its pixels have one colour, as when a safety filter blacked it out")
    return found
