"""Writes the completion script of a shell."""

from collections.abc import Callable, Mapping

from flux2cli.shells import bash, fish, zsh
from flux2cli.shells.command_tree import Node

WRITERS: Mapping[str, Callable[[Node], str]] = {"bash": bash.script, "zsh": zsh.script, "fish": fish.script}
"""The function that writes the script, by shell."""
