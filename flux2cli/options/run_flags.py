"""Typer's flags out of the declarations in `core.run_options`, and the declared classes out of what Typer read."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from flux2cli.app import App
from flux2cli.core.option_fields import Option, options_of
from flux2cli.core.run_options import DisplayOptions

if TYPE_CHECKING:
    from flux2cli.edges.config import Config

T = TypeVar("T")

Flag = tuple[Any, Any]
"""A Typer annotation and its default."""


def flags_of(kind: type[Any], *, group: str | None = None, **help: str) -> dict[str, Flag]:  # noqa: A002
    """The flags of a class of options, by field name; `group` and `help` replace the declared ones."""
    defaults = {declared.name: declared.default for declared in fields(kind)}
    found = {}
    for name, option in options_of(kind).items():
        declared = replace(option, help=help.get(name, option.help), group=group or option.group)
        found[name] = _flag(declared, defaults[name])
    return found


def _flag(option: Option, default: object) -> Flag:
    settings: dict[str, Any] = {"help": option.help, "rich_help_panel": option.group}
    if option.kind == "switch":
        return Annotated[bool, typer.Option(*option.flags, **settings)], default
    settings["metavar"] = option.metavar
    if option.kind == "number":
        declared = typer.Option(*option.flags, min=option.minimum, max=option.maximum, **settings)
        return (Annotated[int | None, declared], None) if default is None else (Annotated[int, declared], default)
    declared = typer.Option(*option.flags, **settings)
    if option.kind == "texts":
        return Annotated[list[str], declared], []
    return Annotated[str | None, declared], None


def read_options(kind: type[T], values: Mapping[str, Any], config: "Config") -> T:
    """The options from Typer's values: for each field the typed value, else the setting, else the default.

    A class with a field `from_settings` gets there the names of those that were not typed. UsageError for the first
    wrong value.
    """
    found: dict[str, Any] = {}
    for name, option in options_of(kind).items():
        value = _read(option, values.get(name), config)
        if value is not MISSING:
            found[name] = value
    if "from_settings" in {declared.name for declared in fields(kind)}:  # type: ignore[arg-type]
        found["from_settings"] = frozenset(name for name in found if values.get(name) is None)
    return kind(**found)


def _read(option: Option, typed: Any, config: "Config") -> Any:
    """The value of one option; MISSING when its default applies."""
    value = None if typed is None or typed == [] else typed
    if option.check is not None and value is not None:
        option.check(value)
    if option.setting is not None:
        value = config.get(option.setting, value or None if value is False else value).value
    if value is None:
        return MISSING
    return value if option.read is None else option.read(value)


def apply_display(app: App, display: DisplayOptions) -> None:
    """Apply `-q`, `-v` and `--no-color` to the App."""
    app.quiet, app.verbose = display.quiet, display.verbose
    app.color = False if display.no_color else None
