"""Typer's flags out of the declarations in `core.run_options`, and the declared classes out of what Typer read."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import typer

from flux2cli.app import App
from flux2cli.core.option_fields import Option, options_of
from flux2cli.core.run_options import DisplayOptions
from flux2cli.edges.config import Config

T = TypeVar("T")

TyperOption = tuple[Any, Any]
"""A Typer annotation and its default."""


def flags_of(kind: type[Any], **help: str) -> dict[str, TyperOption]:  # noqa: A002
    """The flags of a class of options, by field name; `help` replaces the help of some fields."""
    return {name: _flag(option, help.get(name, option.help)) for name, option in options_of(kind).items()}


def _flag(option: Option, help: str) -> TyperOption:  # noqa: A002
    settings: dict[str, Any] = {"help": help, "rich_help_panel": option.group}
    match option.kind:
        case "switch":
            is_on = any("/" in flag for flag in option.flags)  # `--wait/--no-wait` is on unless it is turned off
            return Annotated[bool, typer.Option(*option.flags, **settings)], is_on
        case "number":
            settings |= {"min": option.minimum, "max": option.maximum, "metavar": option.metavar}
            return Annotated[int | None, typer.Option(*option.flags, **settings)], None
        case "texts":
            return Annotated[list[str], typer.Option(*option.flags, metavar=option.metavar, **settings)], []
        case "text":
            return Annotated[str | None, typer.Option(*option.flags, metavar=option.metavar, **settings)], None


def read_options(kind: type[T], values: Mapping[str, Any], config: Config) -> T:
    """The options out of Typer's values, by field name: what was typed, else the setting, else the default.

    UsageError for the first value that is wrong.
    """
    found = {name: _read(option, values.get(name), config) for name, option in options_of(kind).items()}
    return kind(**{name: value for name, value in found.items() if value is not None})


def _read(option: Option, typed: Any, config: Config) -> object:
    """The value of one option; None where its default counts."""
    value = None if typed is None or typed == [] else typed
    if option.check is not None and value is not None:
        option.check(value)
    if option.setting is not None:
        value = config.get(option.setting, value or None if value is False else value).value
    if value is None or option.read is None:
        return value
    return option.read(value)


def apply_display(app: App, display: DisplayOptions) -> None:
    """Have the App show as much as `-q`, `-v` and `--no-color` ask for."""
    app.json, app.quiet, app.verbose = app.json or display.json, display.quiet, display.verbose
    app.color = False if display.no_color else None
