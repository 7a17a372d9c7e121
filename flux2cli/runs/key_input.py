"""Reads an API key from a hidden prompt or from stdin. Never prints it."""

from getpass import getpass

from flux2cli.app import App
from flux2cli.errors import InterruptedRunError, UsageError

_LONGEST = 1 << 16
"""Bytes."""


def read_key(app: App, provider: str) -> str:
    """The text typed at a hidden prompt, or all of stdin if that is not a terminal. UsageError when there is none."""
    if not app.stdin_is_terminal:
        return _read_stdin(app)
    try:
        return getpass(f"{provider} key (not shown): ")
    except EOFError:
        return ""
    except KeyboardInterrupt:
        raise InterruptedRunError("Interrupted; no key was stored.") from None


def _read_stdin(app: App) -> str:
    data = app.stdin.read(_LONGEST + 1) if app.stdin else b""
    if len(data) > _LONGEST:
        raise UsageError("What came on stdin is too long for a key.", hint="give a file with the key and nothing else")
    return data.decode("utf-8-sig", errors="replace")  # what is replaced is refused as no part of a key
