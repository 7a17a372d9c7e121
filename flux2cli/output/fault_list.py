"""Prints the faults of the sandbox as a table."""

from collections.abc import Sequence

from flux2cli.app import App
from flux2cli.output.text_layout import table, width_of

_ONE_LINE = 1000
"""The width in columns of a table that is not for a terminal, so that each fault is on one line."""


def show_faults(app: App, rows: Sequence[tuple[str, str, str, str]]) -> None:
    """Print a row per fault: its name, the request that it strikes, the providers that have it, and what happens."""
    heading = ("NAME", "STRIKES", "PROVIDERS", "WHAT HAPPENS")
    for line in table([heading, *rows], width_of(app) if app.stdout_is_terminal else _ONE_LINE):
        app.out(line)
