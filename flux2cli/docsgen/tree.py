"""The command line of this version as values, for what is generated from it."""

from flux2cli.cli import COMMANDS, load_command
from flux2cli.shells.command_tree import Node, command_tree


def command_line() -> Node:
    """The root of this version's command line."""
    return command_tree({name: (load_command(name), summary) for name, (_, summary) in COMMANDS.items()})
