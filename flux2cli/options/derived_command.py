"""Commands whose flags come from the catalogue and from declared options, not from a function's signature."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import typer

from flux2cli.core.request.describe import routes_for
from flux2cli.core.run_options import DisplayOptions, RunOptions
from flux2cli.options.help_screens import Commands
from flux2cli.options.run_flags import Flag, flags_of
from flux2cli.providers import registry

Run = Callable[[Any, dict[str, Any]], int | None]
"""A command's function of the App and Typer's values by name; returns its exit code, None for 0."""


def derived_command(name: str, run: Run, *, summary: str, argument: tuple[str, Flag], flags: Mapping[str, Flag]) -> Any:
    """The Typer command with that name, an argument (its name and its Typer declaration) and flags."""
    app = Commands()
    add_command(app, name, run, summary=summary, argument=argument, flags=flags)
    return typer.main.get_command(app)


def add_command(
    app: Commands, name: str, run: Run, *, summary: str, argument: tuple[str, Flag], flags: Mapping[str, Flag]
) -> None:
    """Add such a command to an application."""

    def call(context: typer.Context, **values: Any) -> int | None:
        return run(context.obj, values)

    shape = _signature({argument[0]: argument[1], **flags})
    call.__signature__ = shape  # type: ignore[attr-defined]
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in shape.parameters.values()}
    app.command(name, help=summary)(call)


def _signature(items: Mapping[str, Flag]) -> inspect.Signature:
    """A function signature for Typer: the context, then the argument and the flags."""
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)]
    parameters += [
        inspect.Parameter(name, kind, annotation=annotation, default=default)
        for name, (annotation, default) in items.items()
    ]
    return inspect.Signature(parameters)


def run_flags(command: str) -> dict[str, Flag]:
    """The flags about the run itself, for a command that exists at certain providers."""
    providers = dict.fromkeys(route.provider for route in routes_for(command))
    where = f"Where to run it: {', '.join(providers)}. [default: settings, else {registry.default()}]"
    return {**flags_of(RunOptions, provider=where), **flags_of(DisplayOptions)}


def run_flags_of_rows() -> dict[str, Flag]:
    """The flags about the run itself, for a command whose rows may name their own providers."""
    providers = ", ".join(registry.names())
    where = f"Where to run rows that do not say: {providers}. [default: settings, else {registry.default()}]"
    return {**flags_of(RunOptions, provider=where), **flags_of(DisplayOptions)}
