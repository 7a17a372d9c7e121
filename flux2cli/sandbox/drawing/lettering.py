"""Texts for images: Pillow's own font, which is the same everywhere, and an escape for each character that it lacks."""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate, islice

from PIL import Image, ImageDraw, ImageFont

_LONGEST = 600
"""How many characters of a prompt are drawn at most."""

_PROBE_SIZE = 20
_NO_CHARACTER = "\uffff"
_CUT = "..."
_FEW_TONES = [tone * 4 // 256 * 85 for tone in range(256)]
"""Edges in two tones between black and white: an encoder likes few colours, and the eye sees no difference."""


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Pillow's font with letters of this height in pixels."""
    found = ImageFont.load_default(size)
    if not isinstance(found, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType, so the sandbox has no letters to draw with")
    return found


def wrap(text: str, size: int, width: float, room: int) -> list[str]:
    """The text in at most `room` lines of letters of this size, cut with an ellipsis; words break where they must.

    What the font lacks is written as escapes, and white space as blanks.
    """
    words = unicodedata.normalize("NFC", text[:_LONGEST]).split()
    lines = list(islice(_lines([[_piece(c) for c in word] for word in words], size, width), room + 1))
    shown = lines[:room]
    if shown and (len(lines) > room or len(text) > _LONGEST):
        shown[-1] = [*_fitting(shown[-1], size, width - _width(_CUT, size)), _CUT]
    return ["".join(line) for line in shown]


def _lines(words: Sequence[list[str]], size: int, width: float) -> Iterator[list[str]]:
    line: list[str] = []
    for word in words:
        longer = [*line, " ", *word] if line else word
        if line and _length(longer, size) > width:
            yield line
            longer = word
        while len(fitting := _fitting(longer, size, width)) < len(longer):
            yield fitting
            longer = longer[len(fitting) :]
        line = longer
    if line:
        yield line


def _length(pieces: Sequence[str], size: int) -> float:
    return sum(_width(piece, size) for piece in pieces)


def _fitting(pieces: list[str], size: int, width: float) -> list[str]:
    """As many of the pieces as fit into the width, and at least one."""
    lengths = accumulate(_width(piece, size) for piece in pieces)
    return pieces[: max(1, sum(length <= width for length in lengths))]


@lru_cache(maxsize=4096)
def _piece(character: str) -> str:
    """The character, or an escape such as `u{72d0}` after a backslash where the font has a box for it, or nothing."""
    shape = _shape(character)
    return f"\\u{{{ord(character):x}}}" if shape == _shape(_NO_CHARACTER) or not any(shape) else character


def _shape(character: str) -> bytes:
    return bytes(font(_PROBE_SIZE).getmask(character, mode="L"))


@lru_cache(maxsize=16384)
def _width(piece: str, size: int) -> float:
    return font(size).getlength(piece)


@lru_cache(maxsize=64)
def letters(text: str, size: int) -> Image.Image:
    """The text in white on black, with a quarter of a letter's height to spare on the right and below.

    It is shared, so do not change it: heads are the same on all images of a variant, and prompts for other seeds.
    """
    ascent, descent = font(size).getmetrics()
    image = Image.new("L", (int(_length(text, size)) + size // 4 + 1, ascent + descent + size // 4))
    ImageDraw.Draw(image).text((0, 0), text, fill=255, font=font(size))
    return image.point(_FEW_TONES)
