"""The suite under `nohup` and in a shell's background: ignored signals do not reach what the tests start."""

import os
import signal
import subprocess
import sys
from pathlib import Path

IGNORED = (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)
CODE = """
import signal, subprocess, sys
from support.signals import heed_ignored_signals
heed_ignored_signals()
signal.raise_signal(signal.SIGHUP)
signal.raise_signal(signal.SIGINT)
asked = "import signal; print([int(n) for n in (1, 2, 3) if signal.getsignal(n) is signal.SIG_IGN])"
print("alive", subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.strip())
"""


def test_a_run_outlives_ignored_signals_and_what_it_starts_heeds_them() -> None:
    def ignore() -> None:
        for number in IGNORED:
            signal.signal(number, signal.SIG_IGN)

    ran = subprocess.run(
        [sys.executable, "-c", CODE],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        preexec_fn=ignore,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.stderr == ""
    assert ran.stdout == "alive []\n"
