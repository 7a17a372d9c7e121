"""Asks before something is lost."""

from flux2cli.app import App
from flux2cli.errors import UsageError


def confirmed(app: App, question: str, *, yes: bool) -> bool:
    """Whether to go on: with `-y`, or when the user says so on the terminal.

    UsageError where there is no terminal to ask on. `question` is a sentence without its question mark.
    """
    if yes:
        return True
    if not (app.stdin_is_terminal and app.stderr_is_terminal and app.stdin is not None):
        raise UsageError(f"{question}?", hint="`-y` says yes where there is no terminal to ask on")
    app.stderr.write(f"{question}? [y/N] ")
    app.stderr.flush()
    return app.stdin.readline().strip().lower() in (b"y", b"yes")
