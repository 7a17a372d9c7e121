"""What is written on an image, and where: a head, the prompt in the middle, seed and size at the foot."""

from collections.abc import Iterator
from dataclasses import dataclass

from flux2cli.catalog.sizes import Pixels
from flux2cli.sandbox.drawing.lettering import wrap
from flux2cli.sandbox.pictures import Picture

_LINE_HEIGHT = 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """One line of text: where its upper left corner stands, and the height of its letters, in pixels."""

    text: str
    at: Pixels
    size: int


def margin_of(picture: Picture) -> int:
    """How far texts keep from the edges, in pixels."""
    return min(picture.size) // 16


def foot_of(picture: Picture) -> int:
    """Where the lowest line begins, in pixels from the top."""
    return picture.height - margin_of(picture) - _small(picture)


def _small(picture: Picture) -> int:
    return max(8, min(picture.size) // 28)


def captions(picture: Picture, *, free: int = 0) -> Iterator[Caption]:
    """The lines of an image. `free` pixels above the lowest one are kept free."""
    margin, foot = margin_of(picture), foot_of(picture)
    large = max(9, min(picture.size) // 18)
    yield Caption(text=picture.head, at=(margin, margin), size=large)
    yield Caption(text=picture.label, at=(margin, foot), size=_small(picture))
    top, bottom, step = margin + large * 2, foot - free - large, large * _LINE_HEIGHT
    lines = wrap(picture.prompt, large, picture.width - 2 * margin, max(1, int((bottom - top) / step)))
    start = max(top, (top + bottom - step * len(lines)) / 2)
    for number, line in enumerate(lines):
        yield Caption(text=line, at=(margin, int(start + number * step)), size=large)
