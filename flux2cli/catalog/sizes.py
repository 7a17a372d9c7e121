"""Sizes as typed: a preset's name, `auto`, or WIDTHxHEIGHT in pixels.

The pixels of the presets are those of a provider's published toolkit, which others took over.
"""

import re
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

AUTO = "auto"
"""The model chooses the size."""

GRID = 16
"""The grid of the models' maker: another multiple of pixels causes a warning where a side is sent as it is."""

WARN_PIXELS = 4 * 1024 * 1024
"""More pixels than this cause a warning if the provider states no limit ("up to 4 MP" at the launch of the models)."""

_CUSTOM = re.compile(r"(\d{1,9})\s*[x×*]\s*(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


def parse_custom(text: str) -> Size | None:
    """Parses `1024x768`, also with a multiplication sign or `*` for the x; None for anything else."""
    found = _CUSTOM.fullmatch(text.strip())
    return Size(int(found[1]), int(found[2])) if found else None
