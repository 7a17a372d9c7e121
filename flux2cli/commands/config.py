"""`flux2 config show | get | set | unset | path`: settings, with the origin of each value."""

from decimal import Decimal
from typing import Annotated

import typer

from flux2cli.app import App
from flux2cli.core.settings import Resolved, Value, all_settings
from flux2cli.errors import UsageError
from flux2cli.options.help_screens import Commands

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
        host.out_json([row(resolved) for resolved in found])
        return
    for line in lines(found):
        host.out(line)
    for resolved in found:
        if resolved.note:
            host.terminal.styled("warning", f"{resolved.name}: {resolved.note}")


@app.command("get")
def get(context: typer.Context, name: _Name, *, json: _Json = False) -> None:
    """Print the value of one setting; an empty line when it is not set."""
    host: App = context.obj
    resolved = host.config.get(name)
    if json:
        host.out_json(row(resolved))
    else:
        host.out(shown(resolved.value))


@app.command("set")
def set_setting(
    context: typer.Context, name: _Name, value: Annotated[str, typer.Argument(metavar="VALUE", help="Its value.")]
) -> None:
    """Write a setting into your config.toml, which keeps its comments."""
    host: App = context.obj
    understood = host.config.set(name, value)
    host.err(f"{name} is {shown(understood)} in {host.config.file}")
    _tell_of_stronger(host, name)


@app.command("unset")
def unset(context: typer.Context, name: _Name) -> None:
    """Take a setting out of your config.toml."""
    host: App = context.obj
    removed = host.config.unset(name)
    host.err(f"{name} is no longer in {host.config.file}" if removed else f"{name} was not in {host.config.file}")
    if name in all_settings():
        _tell_of_stronger(host, name)


@app.command("path")
def path(context: typer.Context, *, json: _Json = False) -> None:
    """Print the path of your config.toml, whether it exists or not; with --json, of everything that is kept."""
    host: App = context.obj
    if not json:
        host.out(str(host.config.file))
        return
    project = host.config.project_file
    host.out_json(
        {
            "config": str(host.config.file),
            "project": None if project is None else str(project),
            "keys": str(host.keys.file),
            "state": str(host.directories.state),
            "cache": str(host.directories.cache),
        }
    )


def row(resolved: Resolved) -> dict[str, object]:
    """One setting as JSON; dollars are decimal text."""
    value = format(resolved.value, "f") if isinstance(resolved.value, Decimal) else resolved.value
    return {"name": resolved.name, "value": value, "origin": resolved.origin, "note": resolved.note}


def lines(found: list[Resolved]) -> list[str]:
    """`name = value  (origin)` for each, the origins below each other."""
    left = [f"{resolved.name} = {_visible(resolved.value)}" for resolved in found]
    width = min(max(map(len, left)), 48)
    return [f"{text:<{width}}  ({resolved.origin})" for text, resolved in zip(left, found, strict=True)]


def shown(value: Value) -> str:
    """A value as it would be typed; nothing for one that is not set."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _visible(value: Value) -> str:
    return "(not set)" if value is None else shown(value)


def _tell_of_stronger(host: App, name: str) -> None:
    """Say when something else than the user's file decides. What is wrong elsewhere undoes nothing: a warning."""
    try:
        resolved = host.config.get(name)
    except UsageError as error:
        host.terminal.styled("warning", error.message)
        return
    if resolved.source.kind in ("environment", "project"):
        host.terminal.styled("warning", f"{resolved.origin} sets {name} to {shown(resolved.value)}, and that counts")
    elif resolved.note:
        host.terminal.styled("warning", f"{name}: {resolved.note}")
