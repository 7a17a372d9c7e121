"""Sizes as people write them: a preset's name, `auto`, or WIDTHxHEIGHT in pixels."""

import re
from dataclasses import dataclass

_CUSTOM = re.compile(r"(\d{1,9})\s*[x×*]\s*(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


def parse_custom(text: str) -> Size | None:
    """`1024x768` (a multiplication sign or `*` will do, too) as a Size; None for anything else."""
    found = _CUSTOM.fullmatch(text.strip())
    return Size(int(found[1]), int(found[2])) if found else None
