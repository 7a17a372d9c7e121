"""A picture's pixels: the background, the reference images and the texts on it."""

from PIL import Image

from flux2cli.sandbox.drawing.background import background
from flux2cli.sandbox.drawing.captions import Caption, captions, foot_of, margin_of
from flux2cli.sandbox.drawing.lettering import letters
from flux2cli.sandbox.drawing.thumbnails import thumbnail
from flux2cli.sandbox.pictures import Picture

_INK, _SHADOW, _PLATE = (255, 255, 255), (0, 0, 0), (40, 44, 52)
_LEAST_SIDE = 8


def paint(picture: Picture) -> Image.Image:
    """The picture in red, green and blue, with transparency where it has no background."""
    if picture.black:
        return Image.new("RGB", picture.size)
    image = Image.new("RGBA", picture.size) if picture.transparent else background(picture)
    if picture.source:
        source, size = picture.source, (picture.source.width, picture.source.height)
        # Of an image that came inside a request only a small copy is kept.
        image.paste(thumbnail(source.reference, size).resize(size), (source.left, source.top))
    side = _strip_side(picture)
    _paste_strip(image, picture, side)
    for caption in captions(picture, free=side):
        _write(image, caption, on_plate=picture.source is not None)
    return image


def _strip_side(picture: Picture) -> int:
    """Width and height of the box around each reference image; 0 without one."""
    count = len(picture.references)
    if not count:
        return 0
    room = picture.width - 2 * margin_of(picture)
    return max(_LEAST_SIDE, min(min(picture.size) // 5, (room - _gap(picture) * (count - 1)) // count))


def _gap(picture: Picture) -> int:
    return margin_of(picture) // 3


def _paste_strip(image: Image.Image, picture: Picture, side: int) -> None:
    """The reference images from the left, above the lowest line, each with a frame; as many as there is room for."""
    left, bottom = margin_of(picture), foot_of(picture) - margin_of(picture) // 2
    for reference in picture.references:
        if left + side > max(picture.width - margin_of(picture), side):
            return
        small = thumbnail(reference, (side, side))
        top = bottom - small.height
        image.paste(_INK, (left - 1, top - 1, left + small.width + 1, top + small.height + 1))
        image.paste(small, (left, top))
        left += small.width + _gap(picture)


def _write(image: Image.Image, caption: Caption, *, on_plate: bool) -> None:
    """Write a line with a shadow; on a dark plate where a source may have texts of its own."""
    left, top = caption.at
    shift = max(1, caption.size // 16)
    mask = letters(caption.text, caption.size)
    if on_plate:
        image.paste(_PLATE, (left - caption.size // 4, top, left + mask.width, top + mask.height))
    image.paste(_SHADOW, (left + shift, top + shift), mask)
    image.paste(_INK, caption.at, mask)
