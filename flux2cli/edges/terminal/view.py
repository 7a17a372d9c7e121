"""What stands below the scrolling lines while a batch runs, as values; drawing it is not done here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class ScreenSize(NamedTuple):
    """A terminal's size in character cells."""

    columns: int
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """A running job: its name, where it stands, for how long it has been worked on, and what it makes."""

    name: str
    state: str
    age: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A line per running job, oldest first, above a bar of `done` out of `total`.

    `facts` stand beside the bar, the most important first: from the other end they give way on a narrow terminal.
    """

    jobs: Sequence[JobLine]
    done: int
    total: int
    facts: Sequence[str]


def fitting(jobs: int, lines: int) -> int:
    """How many of so many jobs get a line of their own in so many lines, one of which is the bar's.

    The last screen line stays free for the cursor's way back; where jobs are left over, one line counts them.
    """
    room = max(0, lines - 2)
    return jobs if jobs <= room else max(0, room - 1)
