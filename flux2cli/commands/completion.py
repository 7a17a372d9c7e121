"""`flux2 completion bash | zsh | fish`: the completion script of this version, and of its plug-ins if there are any."""

from pathlib import Path
from typing import Annotated

import typer

import flux2cli
from flux2cli.app import App
from flux2cli.core.request.messages import suggest
from flux2cli.errors import UsageError
from flux2cli.options.help_screens import Commands
from flux2cli.providers import registry
from flux2cli.shells import SCRIPTS

_PACKAGE = Path(flux2cli.__file__).parent
_FOLDERS = (_PACKAGE / "completions", _PACKAGE.parent / "completions")
"""Where the scripts are: in the package if it was installed from a wheel, beside it in a checkout."""

app = Commands()


@app.command()
def completion(
    context: typer.Context,
    shell: Annotated[str, typer.Argument(metavar="SHELL", help=f"One of: {', '.join(SCRIPTS)}.")],
) -> None:
    """Print the completion script of this version; to have it now: source <(flux2 completion bash)."""
    host: App = context.obj
    if shell not in SCRIPTS:
        raise UsageError(f"There is no completion script for `{shell}`.", hint=suggest(shell, SCRIPTS))
    script = _with_plugins(context, shell) if registry.plugins() else script_for(shell)
    host.out(script.removesuffix("\n"))


def script_for(shell: str) -> str:
    """The script of this version, as docsgen wrote it. FileNotFoundError when the installation lacks it."""
    folder = next((folder for folder in _FOLDERS if folder.is_dir()), _FOLDERS[0])
    return (folder / SCRIPTS[shell]).read_text(encoding="utf-8")


def _with_plugins(context: typer.Context, shell: str) -> str:
    """The script with what plug-ins add, generated from the commands."""
    from flux2cli.shells.command_tree import command_tree
    from flux2cli.shells.scripts import WRITERS

    lazy = context.find_root().command.commands  # type: ignore[attr-defined]
    return WRITERS[shell](command_tree({name: (command.load(), command.help) for name, command in lazy.items()}))
