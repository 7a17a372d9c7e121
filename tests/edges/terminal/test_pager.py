"""The pager, in a real pseudo-terminal of 24 lines: when it starts, which one, and that leaving it is no error."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


class Screen:
    """`flux2` on a terminal of its own, and everything that is written there."""

    def __init__(self, *argv: str, **environ: str) -> None:
        self._terminal, child = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flux2cli", *argv],
            env={**os.environ, "TERM": "xterm", "LINES": "24", "COLUMNS": "80", **environ},
            stdin=child, stdout=child, stderr=child, start_new_session=True,
        )  # fmt: skip
        os.close(child)
        self.text = ""

    def wait_for(self, text: str) -> None:
        end = time.monotonic() + 30
        while text not in self.text:
            assert time.monotonic() < end, self.text
            self._read(0.1)

    def type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def end(self) -> int:
        """Wait for the end; the exit code."""
        while self._read(30):
            pass
        os.close(self._terminal)
        return self.process.wait(30)

    def _read(self, seconds: float) -> bool:
        if not select.select([self._terminal], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._terminal, 1 << 16)
        except OSError:  # the other side is closed
            return False
        self.text += data.decode(errors="replace").replace("\r\n", "\n")
        return bool(data)


@pytest.fixture
def pager(tmp_path: Path) -> str:
    """A pager that says so, counts the lines, and shows LESS."""
    script = tmp_path / "my pager"
    script.write_text('#!/bin/sh\necho "PAGED $(wc -l | tr -d " ") $1 $LESS"\n')
    script.chmod(0o755)
    return f"'{script}' --so"


def test_what_is_longer_than_the_screen_goes_through_the_chosen_pager(pager: str) -> None:
    screen = Screen("help", "money", PAGER=pager)

    assert screen.end() == 0
    assert screen.text.startswith("PAGED 1")
    assert screen.text.endswith(" --so FRX\n")


def test_what_fits_the_screen_does_not(pager: str) -> None:
    screen = Screen("help", "keys", PAGER=pager)

    assert screen.end() == 0
    assert "PAGED" not in screen.text
    assert screen.text.startswith("Usage: flux2 keys")


@pytest.mark.parametrize("chosen", ["", "cat", "no-such-pager-anywhere", "'open"])
def test_without_a_pager_it_is_written_as_it_is(chosen: str) -> None:
    screen = Screen("help", "money", PAGER=chosen, NO_COLOR="1")

    assert screen.end() == 0
    assert screen.text.startswith("Money: what a run costs")
    assert screen.text.count("\n") > 60


def test_less_is_the_default_and_is_left_with_q() -> None:
    screen = Screen("help", "money")
    screen.wait_for("\n:")

    screen.type("q")

    assert screen.end() == 0
    assert "What no client can promise" not in screen.text
    assert "error" not in screen.text


@pytest.mark.parametrize("how", ["closed", "interrupted"])
def test_a_pager_that_ends_early_and_ctrl_c_are_quiet(how: str, tmp_path: Path) -> None:
    script = tmp_path / "pager"
    rest = "echo READY; exit 1" if how == "closed" else "cat > /dev/null; echo READY; exec sleep 60"
    script.write_text(f"#!/bin/sh\n{rest}\n")
    script.chmod(0o755)
    screen = Screen("help", "money", PAGER=str(script))
    screen.wait_for("READY")

    if how == "interrupted":
        os.killpg(screen.process.pid, signal.SIGINT)

    assert screen.end() == 0
    assert screen.text == "READY\n"
