"""Writes to stderr: lines, one live line, or a live view of several."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

from flux2cli.edges.terminal.sanitize import clean, clean_line
from flux2cli.edges.terminal.screen import ScreenSize
from flux2cli.redact import redact_text

if TYPE_CHECKING:
    from flux2cli.edges.terminal.live_view import LiveView
    from flux2cli.edges.terminal.view import View

_STYLES = {"error": "1;31", "unknown": "1;35", "warning": "33", "hint": "2", "saved": "32"}


class Terminal:
    """Writes lines to stderr, and redraws live ones where `can_redraw`. A stderr that is gone is ignored.

    Secrets in URLs are blotted out of every line: a model's log may repeat them.

    `quiet` suppresses the view only: callers decide which lines a quiet run prints.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        environ: Mapping[str, str],
        is_terminal: bool,
        quiet: bool = False,
        verbose: bool = False,
        color: bool | None = None,
    ) -> None:
        self._stream = stream
        self._environ = environ
        self._color = wants_color(environ, is_terminal) if color is None else color
        self.can_redraw = is_terminal and environ.get("TERM") != "dumb"
        """Whether written lines can be erased, as the live line and the view need."""
        self.quiet = quiet
        self.verbose = verbose
        self._is_live = False
        self._live_view: LiveView | None = None

    def line(self, text: str) -> None:
        """Write one plain line."""
        self._write(clean_line(redact_text(text)))

    def command(self, text: str) -> None:
        """Write a line that a CI runner obeys; values in it are escaped already."""
        self._write(clean(redact_text(text)))

    def styled(self, word: str, text: str) -> None:
        """Write `word: text`, or `saved text`, with the word in its colour: error, unknown, warning, hint, saved."""
        mark = word if word == "saved" else f"{word}:"
        shown = f"\x1b[{_STYLES[word]}m{mark}\x1b[0m" if self._color else mark
        self._write(f"{shown} {clean(redact_text(text))}")

    def live(self, text: str) -> None:
        """Replace the live line, cut to the terminal's width; the next line written takes its place."""
        shown = clean(text)[: max(10, self._size().columns - 1)]
        self.end_view()
        self._is_live = True
        self._put(f"\r\x1b[2K{shown}")

    def view(self, view: "View") -> None:
        """Draw the view, in place of the one drawn before; the next line written takes its place.

        Does nothing unless `can_redraw`, and in a quiet run.
        """
        if not self.can_redraw or self.quiet:
            return
        if self._is_live:
            self.end_live()
        if self._live_view is None:
            from flux2cli.edges.terminal.live_view import LiveView  # loads rich: 45 ms that only a watched batch pays

            self._live_view = LiveView(color=self._color, environ=self._environ)
        self._put(self._live_view.draw(view, self._size()))

    def redraw_view(self) -> None:
        """Draw the last view again if a line replaced it: milliseconds faster than rendering a new one."""
        if self._live_view is not None:
            self._put(self._live_view.redraw(self._size()))

    def end_view(self) -> None:
        """Erase the view and forget it."""
        if self._live_view is not None:
            self._put(self._live_view.erase(self._size()))
            self._live_view = None

    def end_live(self) -> None:
        """Erase the live line or the view, and put the cursor where it began."""
        if self._live_view is not None:
            self._put(self._live_view.erase(self._size()))
        if self._is_live:
            self._is_live = False
            self._put("\r\x1b[2K")

    def _size(self) -> ScreenSize:
        """The size of stderr's terminal (stdout may be another). COLUMNS and LINES take precedence, as is customary."""
        try:
            columns, lines = os.get_terminal_size(self._stream.fileno())
        except (AttributeError, OSError, ValueError):
            columns = lines = 0
        return ScreenSize(
            _number(self._environ, "COLUMNS") or columns or 80, _number(self._environ, "LINES") or lines or 24
        )

    def _write(self, line: str) -> None:
        self.end_live()
        self._put(line + "\n")

    def _put(self, text: str) -> None:
        if not text:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            pass  # stderr is gone: nothing can be reported, and the work goes on


def _number(environ: Mapping[str, str], name: str) -> int:
    text = environ.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def wants_color(environ: Mapping[str, str], is_terminal: bool) -> bool:  # noqa: FBT001 - a fact, not a switch
    """Whether text for a stream gets colours, by `NO_COLOR`, `FORCE_COLOR`, `CLICOLOR_FORCE` and `TERM`."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR") or environ.get("CLICOLOR_FORCE", "0") != "0":
        return True
    return is_terminal and environ.get("TERM") != "dumb"
