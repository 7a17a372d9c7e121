"""Shows a long text one screen at a time, in the user's pager."""

import shlex
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from shutil import get_terminal_size, which
from typing import TextIO


def show_paged(text: str, stdout: TextIO, environ: Mapping[str, str]) -> bool:
    """Show the text in a pager on `stdout`, a terminal; False if it fits the screen or there is no pager to use.

    `$PAGER`, else less where it is installed. Closing the pager early and Ctrl-C in it are no errors.
    """
    command = _command(environ)
    if not command or text.count("\n") + 1 < get_terminal_size().lines:
        return False
    try:
        pager = subprocess.Popen(  # noqa: S603 - the user's own choice, from the environment
            command,
            stdin=subprocess.PIPE,
            stdout=stdout.fileno(),
            env={**environ, "LESS": environ.get("LESS", "FRX")},
        )
    except (OSError, ValueError):  # no such program; no file descriptor
        return False
    _feed(pager, f"{text}\n".encode(stdout.encoding, "replace"))
    return True


def _feed(pager: "subprocess.Popen[bytes]", data: bytes) -> None:
    """Write everything and wait for the end. Ctrl-C is the pager's: less stops a search, others end."""
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with suppress(BrokenPipeError):
            pager.communicate(data)
        pager.wait()
    finally:
        signal.signal(signal.SIGINT, previous)


def _command(environ: Mapping[str, str]) -> list[str]:
    """The pager's command line; empty for none."""
    chosen = environ.get("PAGER")
    if environ.get("TERM") == "dumb" or chosen == "cat":
        return []
    if chosen is None:
        return ["less", "-FRX"] if which("less", path=environ.get("PATH")) else []
    with suppress(ValueError):  # an open quotation mark
        return shlex.split(chosen)
    return []
