"""The size of a terminal."""

from typing import NamedTuple


class ScreenSize(NamedTuple):
    """A terminal's size in character cells."""

    columns: int
    lines: int
