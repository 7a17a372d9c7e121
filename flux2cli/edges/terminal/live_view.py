"""Renders a view as terminal lines and cursor movements. Loads rich: import it only when there is a view to draw."""

import io
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.progress_bar import ProgressBar

from flux2cli.edges.terminal.sanitize import clean
from flux2cli.edges.terminal.screen import ScreenSize
from flux2cli.edges.terminal.view import JobLine, View, visible_jobs

_BAR = range(6, 25)
"""Possible widths of the progress bar, in cells."""
_NAME, _STATE, _AGE = 12, 16, 6
"""Cells for a job's name (at most), its state and its age; the prompt gets the rest of the line."""
_WRAP_OFF, _WRAP_ON = "\x1b[?7l", "\x1b[?7h"
"""Around the lines: a character that the terminal draws wider than rich expects must not wrap into another line."""


class LiveView:
    """A view that is redrawn in place. Its methods return text, which the caller must write at once and whole.

    It moves the cursor itself: rich's Live renders everything again for each line that is written above it (7 ms for
    50 lines), and counts wrong once the terminal has changed its size. It never hides the cursor, so that there is
    nothing to restore after a kill.
    """

    def __init__(self, *, color: bool, environ: Mapping[str, str]) -> None:
        self._color = color
        self._environ = environ
        self._size = ScreenSize(0, 0)
        self._lines: list[str] = []
        self._widths: list[int] = []
        self._is_up = False

    def draw(self, view: View, size: ScreenSize) -> str:
        """Replace the drawn view, if any, by this one."""
        start = self._start() if self._is_up and size == self._size else self.erase(size)
        self._size = size
        self._set(view)
        return start + self._frame()

    def erase(self, size: ScreenSize) -> str:
        """Clear the view's lines and put the cursor where they began.

        Clears line by line: some terminals copy a screen that is cleared from its first line into their history.
        """
        if not self._is_up:
            return ""
        self._is_up = False
        # Most terminals rewrap lines when they get narrower.
        rows = sum(max(1, -(-width // size.columns)) for width in self._widths)
        return "\r\x1b[2K" + "\x1b[1A\x1b[2K" * (rows - 1)

    def redraw(self, size: ScreenSize) -> str:
        """Draw the last view again after `erase`; empty when it is on the screen, or was made for another size."""
        return "" if self._is_up or size != self._size else self._frame()

    def _start(self) -> str:
        return f"\r\x1b[{len(self._lines) - 1}A" if len(self._lines) > 1 else "\r"

    def _frame(self) -> str:
        """The lines, from the cursor on; clears what a larger view left below them."""
        self._is_up = bool(self._lines)
        if not self._lines:
            return ""
        return _WRAP_OFF + "\n".join(f"{line}\x1b[K" for line in self._lines) + "\x1b[J" + _WRAP_ON

    def _set(self, view: View) -> None:
        """Render as many job lines as fit, then the bar; nothing when not even the bar fits."""
        self._lines, self._widths = [], []
        # One column stays free: some terminals wrap as soon as the last column is written.
        columns = max(1, self._size.columns - 1)
        if self._size.lines < 2:
            return
        count = visible_jobs(len(view.jobs), self._size.lines)
        for fixed, age, text in _job_lines(view.jobs[:count]):
            self._add([(fixed, False), (age, True), (text, False)], columns)
        hidden = len(view.jobs) - count
        if hidden and self._size.lines > 2:
            self._add([(f"… and {hidden} more" if count else f"{hidden} running", True)], columns)
        self._add_bar(view, columns)

    def _add(self, parts: Sequence[tuple[str, bool]], columns: int, lead: str = "", width: int = 0) -> None:
        """Add a line of (text, is dim) parts, cut to `columns`; `lead` comes first and is `width` cells wide."""
        line = lead
        for text, is_dim in parts:
            shown = _cut(text, columns - width)
            width += cell_len(shown)
            line += f"\x1b[2m{shown}\x1b[0m" if is_dim and self._color and shown else shown
        self._lines.append(line)
        self._widths.append(width)

    def _add_bar(self, view: View, columns: int) -> None:
        facts = [clean(fact) for fact in view.facts]
        if len(facts) > 1 and _room(facts, columns) < _BAR[0]:
            facts.pop()  # a bar is worth more than the last fact
        while len(facts) > 1 and cell_len("  ".join(facts)) > columns:
            facts.pop()
        text, room = "  ".join(facts), min(_BAR[-1], _room(facts, columns))
        if room in _BAR:
            self._add([(f"  {text}", False)], columns, self._bar(view, room), room)
        else:
            self._add([(text, False)], columns)

    def _bar(self, view: View, width: int) -> str:
        buffer = io.StringIO()
        console = Console(
            file=buffer, force_terminal=True, force_jupyter=False, legacy_windows=False, width=width, height=1,
            color_system="standard" if self._color else None, no_color=not self._color, markup=False, emoji=False,
            highlight=False, _environ=self._environ,
        )  # fmt: skip
        bar = ProgressBar(
            total=max(1, view.total), completed=view.done if view.total else 1, width=width,
            style="bright_black", complete_style="cyan", finished_style="green",
        )  # fmt: skip
        console.print(bar, end="")
        text = buffer.getvalue().rstrip("\n")
        return text if self._color else set_cell_size(text, width)  # without colours rich omits the part to be done


def _room(facts: Sequence[str], columns: int) -> int:
    """The cells left for a bar beside the facts."""
    return columns - cell_len("  ".join(facts)) - 2


def _job_lines(jobs: Sequence[JobLine]) -> Iterator[tuple[str, str, str]]:
    """Each job's name and state, age, and prompt. The prompt comes last, so that right-to-left text moves no column."""
    names = [clean(job.name) for job in jobs]
    width = min(_NAME, max(map(cell_len, names), default=0))
    for name, job in zip(names, jobs, strict=True):
        fixed = f"{_padded(name, width)}  {_padded(clean(job.state), _STATE)}"
        yield fixed, f"  {job.age:>{_AGE}}  ", clean(job.text)


def _padded(text: str, width: int) -> str:
    shown = _cut(text, width)
    return shown + " " * (width - cell_len(shown))


@lru_cache(maxsize=1024)  # prompts do not change from one drawing to the next
def _cut(text: str, width: int) -> str:
    """The text in at most `width` cells, with an ellipsis when it was cut."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""
