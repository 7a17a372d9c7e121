"""The values of a live view, which stays below the scrolling lines while a batch runs. Draws nothing."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """One running job: its name, its state, its age as text, and its prompt."""

    name: str
    state: str
    age: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A line per running job, oldest first, above a progress bar of `done` out of `total`.

    `facts` stand beside the bar, the most important first: a narrow terminal omits them from the end.
    """

    jobs: Sequence[JobLine]
    done: int
    total: int
    facts: Sequence[str]


def visible_jobs(jobs: int, lines: int) -> int:
    """How many of `jobs` jobs get a line of their own on a screen of `lines` lines.

    One line is the bar's, one stays free for the cursor, and when some jobs get none, one line counts those.
    """
    room = max(0, lines - 2)
    return jobs if jobs <= room else max(0, room - 1)
