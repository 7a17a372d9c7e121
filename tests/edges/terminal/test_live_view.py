"""The view of a batch on a terminal's screen: drawn in place, cut to fit, gone without a trace."""

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from typing import TextIO

import pytest
from rich.cells import cell_len, get_character_cell_size

from flux2cli.edges.terminal import Terminal
from flux2cli.edges.terminal.view import JobLine, View

_CODE = re.compile(r"\x1b\[(\?7[hl]|[\d;]*[AKJm])|\r|\n|.")


class Screen(io.StringIO):
    """A terminal: as many of the control sequences as a view may use, and an error for any other."""

    def __init__(self, columns: int = 60, lines: int = 8) -> None:
        super().__init__()
        self.columns, self.lines = columns, lines
        self.rows: list[list[str]] = [[]]
        self.scrolled: list[str] = []
        self.x = self.y = 0
        self.wraps = True
        self.writes = 0

    def write(self, text: str) -> int:
        self.writes += 1
        for match in _CODE.finditer(text):
            self._do(match.group(0), match.group(1) or "")
        return len(text)

    def shown(self) -> list[str]:
        """The lines on the screen, without the empty ones at its end."""
        lines = ["".join(row).rstrip() for row in self.rows]
        return lines[: max((n for n, line in enumerate(lines, 1) if line), default=0)]

    def _do(self, text: str, code: str) -> None:
        row = self.rows[self.y]
        if code in ("?7h", "?7l"):
            self.wraps = code == "?7h"
        elif code.endswith("A"):
            self.y = max(0, self.y - int(code[:-1]))
        elif code == "2K":
            row.clear()
        elif code == "K":
            del row[self.x :]
        elif code == "J":
            assert (self.x, self.y) != (0, 0), "some terminals keep what is cleared from here in their history"
            del row[self.x :], self.rows[self.y + 1 :]
        elif text == "\r":
            self.x = 0
        elif text == "\n":
            self._feed()
        elif not code.endswith("m"):
            assert not text.startswith("\x1b"), repr(text)
            self._type(text)

    def _feed(self) -> None:
        self.x, self.y = 0, self.y + 1
        if self.y == len(self.rows):
            self.rows.append([])
        if self.y == self.lines:
            self.y -= 1
            self.scrolled.append("".join(self.rows.pop(0)).rstrip())

    def _type(self, character: str) -> None:
        width = get_character_cell_size(character)
        if self.x + width > self.columns:
            if not self.wraps:
                return
            self._feed()
        row = self.rows[self.y]
        row.extend(" " * (self.x - len(row)))
        if width:
            row[self.x : self.x + width] = [character, *[""] * (width - 1)]
        self.x += width


def terminal_on(screen: TextIO, columns: int = 60, lines: int = 8, **rest: bool) -> Terminal:
    environ = {"TERM": "xterm", "NO_COLOR": "1", "COLUMNS": str(columns), "LINES": str(lines)}
    return Terminal(screen, environ=environ, is_terminal=True, **rest)


def jobs(count: int, text: str = "a red fox in the snow") -> list[JobLine]:
    return [JobLine(name=str(n), state="running 4 s", age=f"{n} s", text=text) for n in range(1, count + 1)]


def view(count: int, text: str = "a red fox in the snow", *, done: int = 5, facts: tuple[str, ...] = ()) -> View:
    return View(jobs=jobs(count, text), done=done, total=10, facts=(f"{done}/10", *facts))


def test_a_line_per_job_and_a_bar_below_them() -> None:
    screen = Screen()
    terminal_on(screen).view(view(2, facts=("1 failed", "$0.02", "8 s left", "0.5/s")))

    assert screen.shown() == [
        "1  running 4 s          1 s  a red fox in the snow",
        "2  running 4 s          2 s  a red fox in the snow",
        "━━━━━━━━━╸           5/10  1 failed  $0.02  8 s left  0.5/s",
    ]


def test_it_is_drawn_again_in_its_place() -> None:
    screen = Screen()
    terminal = terminal_on(screen)
    terminal.line("before")
    terminal.view(view(3))
    terminal.view(view(1, "another", done=10))

    assert screen.shown() == [
        "before",
        "1  running 4 s          1 s  another",
        "━━━━━━━━━━━━━━━━━━━━━━━━  10/10",
    ]
    assert screen.scrolled == []


def test_each_drawing_is_one_write() -> None:
    screen = Screen()
    terminal = terminal_on(screen)
    terminal.view(view(3))
    terminal.view(view(3))

    assert screen.writes == 2


def test_a_line_takes_its_place_and_the_next_drawing_brings_it_back_below() -> None:
    screen = Screen()
    terminal = terminal_on(screen)
    terminal.view(view(2))
    terminal.styled("saved", "fox.png")
    terminal.line("and more")

    assert screen.shown() == ["saved fox.png", "and more"]

    terminal.redraw_view()

    assert screen.shown() == [
        "saved fox.png",
        "and more",
        "1  running 4 s          1 s  a red fox in the snow",
        "2  running 4 s          2 s  a red fox in the snow",
        "━━━━━━━━━━━━              5/10",
    ]


def test_lines_scroll_by_above_it_and_nothing_of_it_scrolls_along() -> None:
    screen = Screen()
    terminal = terminal_on(screen)
    for n in range(20):
        terminal.view(view(30))
        terminal.line(f"line {n}")
    terminal.end_live()

    assert [*screen.scrolled, *screen.shown()] == [f"line {n}" for n in range(20)]


def test_it_goes_without_a_trace() -> None:
    screen = Screen()
    terminal = terminal_on(screen)
    terminal.line("before")
    terminal.view(view(4))
    terminal.end_view()
    terminal.redraw_view()

    assert screen.shown() == ["before"]
    assert (screen.x, screen.y) == (0, 1)
    assert screen.wraps


def test_the_single_live_line_and_the_view_replace_each_other() -> None:
    screen = Screen()
    terminal = terminal_on(screen)
    terminal.live("queued")
    terminal.view(view(1))

    assert screen.shown() == ["1  running 4 s          1 s  a red fox in the snow", "━━━━━━━━━━━━              5/10"]

    terminal.live("running")

    assert screen.shown() == ["running"]


@pytest.mark.parametrize(
    ("lines", "first_cells"),
    [
        (1, []),
        (2, ["5/10"]),
        (3, ["30 running", "5/10"]),
        (4, ["1", "… and 29 more", "5/10"]),
        (8, ["1", "2", "3", "4", "5", "… and 25 more", "5/10"]),
        (31, [*map(str, range(1, 29)), "… and 2 more", "5/10"]),
        (32, [*map(str, range(1, 31)), "5/10"]),
    ],
)
def test_it_never_fills_the_screen(lines: int, first_cells: list[str]) -> None:
    screen = Screen(lines=lines)
    terminal_on(screen, lines=lines).view(view(30))

    assert [line.lstrip("━╸ ").split("  ")[0] for line in screen.shown()] == first_cells
    assert screen.scrolled == []


@pytest.mark.parametrize("columns", [1, 2, 5, 12, 20, 30, 60, 79, 80, 200])
@pytest.mark.parametrize("text", ["a fox " * 50, "雪の中の赤い狐" * 20, "🦊" * 100, "שועל אדום " * 20, "e\u0301" * 200])
def test_no_line_is_wider_than_the_terminal(columns: int, text: str) -> None:
    stream = io.StringIO()
    facts = ("2 failed", "10 unknown", "$0.60", "2 min left", "3.2/s")
    terminal_on(stream, columns, 20).view(view(5, text, facts=facts))

    lines = re.sub(r"\x1b\[[?\d]*[a-zA-Z]|\r", "", stream.getvalue()).split("\n")
    assert len(lines) == 6
    assert max(map(cell_len, lines)) <= max(1, columns - 1)


def test_a_prompt_is_cut_by_cells_and_says_so() -> None:
    screen = Screen(columns=44)
    terminal_on(screen, columns=44).view(view(1, "雪の中の赤い狐、夜明け"))

    assert screen.shown()[0] == "1  running 4 s          1 s  雪の中の赤い…"


def test_facts_give_way_from_the_end_and_the_last_one_for_the_bar() -> None:
    facts = ("2 failed", "$0.60", "2 min left", "3.2/s")
    shown = []
    for columns in (80, 57, 50, 48, 34, 20):
        screen = Screen(columns=columns)
        terminal_on(screen, columns=columns).view(view(0, facts=facts))
        shown.append(screen.shown()[-1])

    assert shown == [
        "━━━━━━━━━━━━              5/10  2 failed  $0.60  2 min left  3.2/s",
        "━━━━━━━         5/10  2 failed  $0.60  2 min left  3.2/s",
        "━━━╸     5/10  2 failed  $0.60  2 min left  3.2/s",
        "━━━━━━        5/10  2 failed  $0.60  2 min left",
        "5/10  2 failed  $0.60  2 min left",
        "5/10  2 failed",
    ]


def test_what_a_prompt_says_is_neither_obeyed_nor_read_as_markup() -> None:
    screen = Screen(columns=100)
    terminal_on(screen, columns=100).view(view(1, "[red]a[/red] :fox: \x1b[2J\x1b]0;t\x07\r\n\u202ex\u2028y"))

    assert screen.shown()[0] == "1  running 4 s          1 s  [red]a[/red] :fox: �[2J�]0;t�  �x�y"


def test_names_are_cut_and_lined_up() -> None:
    screen = Screen()
    lines = [JobLine(name=name, state="sending", age="0 s", text="x") for name in ("狐", "fox-number-twelve", "\x1b1")]
    terminal_on(screen).view(View(jobs=lines, done=0, total=3, facts=["0/3"]))

    assert screen.shown()[:3] == [
        "狐            sending              0 s  x",
        "fox-number-…  sending              0 s  x",
        "�1            sending              0 s  x",
    ]


def test_colours_are_only_there_when_they_are_wanted() -> None:
    plain, coloured = io.StringIO(), io.StringIO()
    terminal_on(plain).view(view(1))
    environ = {"TERM": "xterm", "COLUMNS": "60", "LINES": "8"}
    Terminal(coloured, environ=environ, is_terminal=True).view(view(1))

    assert "m" not in re.findall(r"\x1b\[[?\d;]*([a-zA-Z])", plain.getvalue())
    assert "\x1b[2m     1 s  \x1b[0m" in coloured.getvalue()
    assert "\x1b[36m━━━━━━━━━━━━" in coloured.getvalue()


@pytest.mark.parametrize(
    ("environ", "is_terminal", "quiet"),
    [({"TERM": "xterm"}, False, False), ({"TERM": "dumb"}, True, False), ({"TERM": "xterm"}, True, True)],
)
def test_there_is_no_view_without_a_terminal_that_can_show_it(
    environ: dict[str, str], is_terminal: bool, quiet: bool
) -> None:
    stream = io.StringIO()
    terminal = Terminal(stream, environ=environ, is_terminal=is_terminal, quiet=quiet)
    terminal.view(view(2))
    terminal.redraw_view()
    terminal.end_view()

    assert stream.getvalue() == ""


def test_a_terminal_that_is_gone_stops_nothing() -> None:
    stream = io.StringIO()
    terminal = terminal_on(stream)
    stream.close()
    terminal.view(view(2))
    terminal.line("lost")
    terminal.end_view()


@pytest.fixture
def ends() -> Iterator[tuple[int, TextIO]]:
    """A pseudo-terminal of 50 columns and 6 lines: the descriptor to read from, and the stream to write to."""
    reader, writer = pty.openpty()
    os.set_blocking(reader, False)
    resize(writer, 50, 6)
    with os.fdopen(writer, "w", encoding="utf-8") as stream:
        yield reader, stream
    os.close(reader)


def resize(terminal: int, columns: int, lines: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def written(reader: int) -> str:
    """All that has arrived."""
    data = b""
    while True:
        try:
            data += os.read(reader, 65536)
        except BlockingIOError:
            return data.decode()


def test_the_size_is_that_of_the_terminal_written_to_at_every_drawing(ends: tuple[int, TextIO]) -> None:
    reader, stream = ends
    terminal = Terminal(stream, environ={"TERM": "xterm", "NO_COLOR": "1"}, is_terminal=True)
    terminal.view(view(9, "fox " * 30))
    first = written(reader)
    resize(stream.fileno(), 30, 4)
    terminal.view(view(9, "fox " * 30))
    second = written(reader)

    assert first.count("\n") == 4
    assert "1  running 4 s          1 s  fox fox fox fox fox…\x1b[K\r\n" in first
    # What had 49 cells in a line has two lines now, and all of them go: the bar of 30 cells keeps one.
    assert second.startswith("\r\x1b[2K" + "\x1b[1A\x1b[2K" * 7 + "\x1b[?7l1  running")
    assert second.count("\n") == 2
    assert "… and 8 more\x1b[K\r\n" in second


def test_a_view_that_was_made_for_another_size_is_not_brought_back(ends: tuple[int, TextIO]) -> None:
    reader, stream = ends
    terminal = Terminal(stream, environ={"TERM": "xterm"}, is_terminal=True)
    terminal.view(view(1))
    terminal.line("x")
    written(reader)
    resize(stream.fileno(), 30, 4)
    terminal.redraw_view()
    terminal.line("y")

    assert written(reader) == "y\r\n"


def test_rich_is_loaded_by_the_first_view_only() -> None:
    code = """
import io, sys
from flux2cli.edges.terminal import Terminal
from flux2cli.edges.terminal.view import JobLine, View
terminal = Terminal(io.StringIO(), environ={"TERM": "xterm"}, is_terminal=True)
terminal.line("a"); terminal.live("b"); terminal.end_live(); terminal.redraw_view(); terminal.end_view()
assert "rich" not in sys.modules
terminal.view(View(jobs=[], done=0, total=1, facts=["0/1"]))
assert "rich" in sys.modules
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
