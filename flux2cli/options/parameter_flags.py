"""The flags of the catalogue's parameters, for commands that submit, and the values given with them."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from flux2cli.catalog import PARAMETERS, Parameter
from flux2cli.core.request.describe import describe, parameters_of, routes_for
from flux2cli.options.run_flags import Flag


def parameter_flags(command: str) -> dict[str, Flag]:
    """Flags for every parameter that the command takes on some provider, by parameter name.

    Values stay text: the request's validator checks ranges and types, so that flags and files are treated the same.
    """
    taken = parameters_of(routes_for(command))
    return {name: _flag(PARAMETERS[name], command) for name in taken if PARAMETERS[name].flags}


def all_parameter_flags() -> dict[str, Flag]:
    """Flags for all parameters, for a command whose rows choose the variant."""
    return {name: _flag(row, None) for name, row in PARAMETERS.items() if row.flags}


def _flag(row: Parameter, command: str | None) -> Flag:
    text = row.help if command is None else f"{row.help} {_range(row, command)}".rstrip()
    if row.kind == "boolean" and row.selects:
        return Annotated[bool, typer.Option(*row.flags, help=text, rich_help_panel=row.group)], False
    if row.kind == "boolean":
        return Annotated[bool | None, typer.Option("/".join(row.flags), help=text, rich_help_panel=row.group)], None
    many = row.kind in ("images", "loras")
    option = typer.Option(*row.flags, metavar=row.metavar, help=text, rich_help_panel=row.group)
    return (Annotated[list[str], option], []) if many else (Annotated[str | None, option], None)


def _range(row: Parameter, command: str) -> str:
    """Who takes the parameter, its range and its default on the command's routes."""
    clauses = describe(routes_for(command), row.name)
    return f"[{'; '.join(clauses)}]" if clauses else ""


def given_parameters(values: Mapping[str, Any]) -> dict[str, object]:
    """The given parameters among Typer's values, by name, without the prompt."""
    return {
        name: value
        for name, value in values.items()
        if name in PARAMETERS
        and value not in (None, [])
        and name != "prompt"
        and not (value is False and PARAMETERS[name].selects)
    }
