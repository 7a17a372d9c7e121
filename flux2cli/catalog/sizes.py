"""Sizes as typed: a preset's name, `auto`, or WIDTHxHEIGHT in pixels.

The pixels of the presets are those of a provider's published toolkit, which others took over.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MEGAPIXEL = 1024 * 1024
"""Pixels in one billed megapixel; consistent with every published example."""

Pixels = tuple[int, int]
"""Width and height in pixels."""

PRESETS: dict[str, Pixels] = {
    "square_hd": (1024, 1024),
    "square": (512, 512),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}
"""Sizes in pixels by preset name."""

RATIOS: dict[str, str] = {
    "16:9": "landscape_16_9",
    "4:3": "landscape_4_3",
    "1:1": "square_hd",
    "3:4": "portrait_4_3",
    "9:16": "portrait_16_9",
}
"""Presets by the ratio of their width to their height."""

AUTO = "auto"
"""The model chooses the size."""

GRID = 16
"""The grid of the models' maker: another multiple of pixels causes a warning where a side is sent as it is."""

WARN_PIXELS = 4 * 1024 * 1024
"""More pixels than this cause a warning if the provider states no limit ("up to 4 MP" at the launch of the models)."""

MOST_PIXELS = 256 * MEGAPIXEL
"""More pixels than any image has that a model takes or makes; a header that states more is broken or made up."""

_CUSTOM = re.compile(r"(\d{1,9})\s*[x×*]\s*(\d{1,9})", re.IGNORECASE)
_RATIO = re.compile(r"(\d{1,9}(?:\.\d+)?)\s*[:/]\s*(\d{1,9}(?:\.\d+)?)")
_SIDES = re.compile(
    r"(\d{2,9})(?:(?:\s*(?:[x×*:/,;_-]|by)\s*|\s+)(\d{2,9}))?\s*(?:px|pixels)?",
    re.IGNORECASE,
)
_LEAST_SIDE = 64
"""Smaller numbers without an `x` between them are no pixels: `21:9`."""


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


def believable(width: int | None, height: int | None) -> Pixels | None:
    """The size that a header or a provider states; None, unknown, for one that no such image has."""
    if not width or not height or min(width, height) < 0 or width * height > MOST_PIXELS:
        return None
    return width, height


def parse_custom(text: str) -> Size | None:
    """Parses `1024x768`, also with a multiplication sign or `*` for the x; None for anything else."""
    found = _CUSTOM.fullmatch(text.strip())
    return Size(int(found[1]), int(found[2])) if found else None


def preset_of(text: str, choices: Sequence[str]) -> str | None:
    """The one of the choices that a text names, in any case, or by its ratio (`16:9`); None for any other text."""
    ratio = _RATIO.fullmatch(text.strip())
    name = RATIOS.get(f"{ratio[1]}:{ratio[2]}") if ratio else text.strip().lower()
    return name if name in choices else None


def is_ratio(text: str) -> bool:
    """Whether a text is a ratio of two numbers, such as `21:9`, whether or not it has a preset."""
    return _RATIO.fullmatch(text.strip()) is not None and meant_size(text) is None


def meant_size(text: str) -> Size | None:
    """The size that a text may mean which is none: `1024`, `1024,768`, `1024:768`; None if it resembles no size."""
    found = _SIDES.fullmatch(text.strip())
    if not found:
        return None
    width, height = int(found[1]), int(found[2] or found[1])
    return Size(width, height) if min(width, height) >= _LEAST_SIDE else None


def presets_like(text: str) -> list[str]:
    """The presets whose name begins with a text: both landscapes for `landscape`."""
    start = text.strip().lower()
    return [name for name in PRESETS if start and name.startswith(f"{start}_")]
