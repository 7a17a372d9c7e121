"""`flux2 config show | get | set | unset | path`: settings, with the origin of each value."""

from typing import Annotated

import typer

from flux2cli.app import App
from flux2cli.core.settings import all_settings
from flux2cli.options.help_screens import Commands
from flux2cli.output.settings import confirm_setting, setting_document, setting_lines, setting_text, warn_of_stronger
from flux2cli.runs.plugged_in import plugin_problem

app = Commands(
    summary="Settings, with the origin of each value: a flag, FLUX2_* variables, the project's flux2.toml, config.toml."
)

_Name = Annotated[str, typer.Argument(metavar="NAME", help="A setting: see `flux2 config show`.")]
_Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]


@app.command("show")
def show(context: typer.Context, *, json: _Json = False) -> None:
    """Show every setting, its value and where the value comes from."""
    host: App = context.obj
    found = host.config.all()
    if json:
        host.out_json([setting_document(resolved) for resolved in found])
        return
    for line in setting_lines(found):
        host.out_line(line)
    for resolved in (noted for noted in found if noted.note):
        host.terminal.styled("warning", f"{resolved.name}: {resolved.note}")


@app.command("get")
def get(context: typer.Context, name: _Name, *, json: _Json = False) -> None:
    """Print the value of one setting; an empty line when it is not set."""
    host: App = context.obj
    resolved = host.config.get(name)
    if json:
        host.out_json(setting_document(resolved))
    else:
        host.out_value(setting_text(resolved.value))


# A word that looks like a flag is the value, too: `-5` is wrong as an amount, not as a flag.
@app.command("set", context_settings={"ignore_unknown_options": True})
def set_setting(
    context: typer.Context, name: _Name, value: Annotated[str, typer.Argument(metavar="VALUE", help="Its value.")]
) -> None:
    """Write a setting into your config.toml, which keeps its comments."""
    host: App = context.obj
    understood = host.config.set(name, value)
    confirm_setting(host, name, understood)
    if problem := plugin_problem(understood, origin=name):
        host.terminal.styled("warning", problem)


@app.command("unset")
def unset(context: typer.Context, name: _Name) -> None:
    """Take a setting out of your config.toml."""
    host: App = context.obj
    removed = host.config.unset(name)
    host.err(f"{name} is no longer in {host.config.file}" if removed else f"{name} was not in {host.config.file}")
    if name in all_settings():
        warn_of_stronger(host, name)


@app.command("path")
def path(context: typer.Context, *, json: _Json = False) -> None:
    """Print the path of your config.toml, whether it exists or not; with --json, of everything that is kept."""
    host: App = context.obj
    if not json:
        host.out_value(str(host.config.file))
        return
    project = host.config.project_file
    kept = {"config": host.config.file, "project": project, "keys": host.keys.file,
            "state": host.directories.state, "cache": host.directories.cache}  # fmt: skip
    host.out_json({name: None if place is None else str(place) for name, place in kept.items()})
