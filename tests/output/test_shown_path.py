"""Paths as they are printed."""

from pathlib import Path

import pytest
from support.shell import Shell

from flux2cli.output.shown_path import shown_path


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("fox.png", "fox.png"),
        ("art/fox.png", "art/fox.png"),
        ("::stop-commands::t/fox.png", "./::stop-commands::t/fox.png"),
        (" ::error::x.png", "./ ::error::x.png"),
        (":fox.png", ":fox.png"),
    ],
)
def test_a_path_below_here_is_relative_and_no_command_to_a_ci_runner(shell: Shell, name: str, shown: str) -> None:
    with shell.app() as (app, _, _):
        assert shown_path(app, str(shell.cwd / name)) == shown
        assert shown_path(app, str(Path("/elsewhere") / name)) == f"/elsewhere/{name}"
