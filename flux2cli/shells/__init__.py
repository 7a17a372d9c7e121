"""Completion scripts, written from the commands: for `completions/` in the repository, and for runs with plug-ins."""

from collections.abc import Mapping

SCRIPTS: Mapping[str, str] = {"bash": "flux2.bash", "zsh": "_flux2", "fish": "flux2.fish"}
"""The file names under which the shells look for a completion script."""
