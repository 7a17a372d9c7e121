"""Runs one `flux2` command line and kills it at a chosen call: `killed_at.py WHEN POINT NTH ARGV...`.

The product has no hook for this: the function is wrapped here, from outside. `WHEN` is `before` or `after`, `POINT`
is `module:name` or `module:Class.name`, `NTH` counts its calls from 1. A point that is never reached ends as usual.
"""

import os
import signal
import sys
from importlib import import_module
from typing import Any


def kill_at(when: str, point: str, nth: int) -> None:
    """Have the process kill itself, as by SIGKILL from outside, around the nth call of a function."""
    module, _, path = point.partition(":")
    owner: Any = import_module(module)
    *classes, name = path.split(".")
    for part in classes:
        owner = getattr(owner, part)
    real, calls = getattr(owner, name), 0

    def wrapped(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*given, **named)
        if calls == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, wrapped)


if __name__ == "__main__":
    kill_at(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    from flux2cli import cli
    from flux2cli.app import App

    sys.exit(cli.main(sys.argv[4:], App.of_process()))
