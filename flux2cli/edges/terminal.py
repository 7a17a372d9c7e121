"""Whoever reads stderr: plain lines everywhere, colour on a terminal, no control characters from outside."""

from collections.abc import Mapping
from typing import TextIO

_STYLES = {"error": "1;31", "warning": "33", "hint": "2", "saved": "32"}


class Terminal:
    """Writes lines to stderr. `quiet` is for the caller to honour with `line`; errors always come through `error`."""

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
        self._color = _wants_color(environ, is_terminal) if color is None else color
        self.can_redraw = is_terminal and environ.get("TERM") != "dumb"
        """Whether a line can be taken back, as the live line needs."""
        self.quiet = quiet
        self.verbose = verbose
        self._is_live = False

    def line(self, text: str) -> None:
        """One plain line."""
        self._write(clean(text))

    def styled(self, word: str, text: str) -> None:
        """`word: text` or `word text` with the word in its colour: error, warning, hint, saved."""
        mark = word if word == "saved" else f"{word}:"
        shown = f"\x1b[{_STYLES[word]}m{mark}\x1b[0m" if self._color else mark
        self._write(f"{shown} {clean(text)}")

    def live(self, text: str) -> None:
        """Replace the live line, cut to the terminal's width; the next line written takes its place."""
        shown = clean(text)[: max(10, self._width() - 1)]
        self._is_live = True
        self._put(f"\r\x1b[2K{shown}")

    def end_live(self) -> None:
        """Take the live line away."""
        if self._is_live:
            self._is_live = False
            self._put("\r\x1b[2K")

    def _width(self) -> int:
        from shutil import get_terminal_size

        return get_terminal_size().columns

    def _write(self, text: str) -> None:
        self.end_live()
        self._put(text + "\n")

    def _put(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            pass  # stderr is gone: nobody is left to tell, and the work goes on


def _wants_color(environ: Mapping[str, str], is_terminal: bool) -> bool:  # noqa: FBT001 - a fact, not a switch
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR") or environ.get("CLICOLOR_FORCE", "0") != "0":
        return True
    return is_terminal and environ.get("TERM") != "dumb"


def clean(text: str) -> str:
    """The text without control characters (escapes, bells, carriage returns, bidi overrides), on one line.

    Prompts and servers' words reach a terminal only through here.
    """
    return "".join(c if c.isprintable() or c == " " else _visible(c) for c in text)


def _visible(character: str) -> str:
    return " " if character in "\n\t\r" else "\N{REPLACEMENT CHARACTER}"
