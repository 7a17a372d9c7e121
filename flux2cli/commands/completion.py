"""`flux2 completion bash | zsh | fish`: the completion script of this version. docsgen makes them."""

from importlib.resources import files
from typing import Annotated, Any

import typer

from flux2cli.app import App
from flux2cli.core.request.messages import suggest
from flux2cli.errors import UsageError
from flux2cli.options.help_screens import Commands

SCRIPTS = {"bash": "flux2.bash", "zsh": "_flux2", "fish": "flux2.fish"}
"""File name by shell: the names under which the shells look for them."""

app = Commands()


def command(_name: str) -> Any:
    """The Typer command."""
    return typer.main.get_command(app)


@app.command()
def completion(
    context: typer.Context,
    shell: Annotated[str, typer.Argument(metavar="SHELL", help=f"One of: {', '.join(SCRIPTS)}.")],
) -> None:
    """Print the completion script of this version; to have it now: source <(flux2 completion bash)."""
    host: App = context.obj
    if shell not in SCRIPTS:
        raise UsageError(f"There is no completion script for `{shell}`.", hint=suggest(shell, SCRIPTS))
    script = files("flux2cli").joinpath("completions", SCRIPTS[shell]).read_text(encoding="utf-8")
    host.out(script.removesuffix("\n"))
