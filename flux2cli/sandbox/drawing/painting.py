"""A picture's pixels: the background and the texts on it."""

from PIL import Image

from flux2cli.sandbox.drawing.background import background
from flux2cli.sandbox.drawing.captions import Caption, captions
from flux2cli.sandbox.drawing.lettering import letters
from flux2cli.sandbox.pictures import Picture

_INK, _SHADOW = (255, 255, 255), (0, 0, 0)


def paint(picture: Picture) -> Image.Image:
    """The picture in red, green and blue."""
    if picture.black:
        return Image.new("RGB", picture.size)
    image = background(picture)
    for caption in captions(picture):
        _write(image, caption)
    return image


def _write(image: Image.Image, caption: Caption) -> None:
    """Write a line with a shadow."""
    left, top = caption.at
    shift = max(1, caption.size // 16)
    mask = letters(caption.text, caption.size)
    image.paste(_SHADOW, (left + shift, top + shift), mask)
    image.paste(_INK, caption.at, mask)
