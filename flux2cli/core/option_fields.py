"""Declares the options of a command line as fields of a dataclass, each with flags, setting, help and group."""

from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """The declaration of a field. `read` converts the typed text, or the setting's value, to the field's value.

    `kind` is what the command line takes: a switch, a whole number, a text, or a text that may be repeated. A field
    with a `setting` takes its value from there when its flag is not given.
    """

    flags: tuple[str, ...]
    help: str
    group: str
    kind: Literal["switch", "number", "text", "texts"]
    metavar: str = ""
    setting: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    read: Callable[[Any], object] | None = None
    check: Callable[[str], None] | None = None
    """Raises UsageError for a wrong typed text, before the settings are read."""


def switch(*flags: str, help: str, group: str, default: bool = False, setting: str | None = None) -> Any:  # noqa: A002
    """A field that a flag turns on (or off, for `--wait/--no-wait`)."""
    return _declared(Option(flags=flags, help=help, group=group, kind="switch", setting=setting), default)


def number(
    *flags: str,
    metavar: str,
    help: str,  # noqa: A002
    group: str,
    default: int | None = None,
    minimum: int | None = None,
    maximum: int | None = None,
) -> Any:
    """A field with a whole number from `minimum` to `maximum`."""
    option = Option(
        flags=flags, help=help, group=group, kind="number", metavar=metavar, minimum=minimum, maximum=maximum
    )
    return _declared(option, default)


def text(
    *flags: str,
    metavar: str,
    help: str,  # noqa: A002
    group: str,
    default: object = None,
    setting: str | None = None,
    read: Callable[[Any], object] | None = None,
    check: Callable[[str], None] | None = None,
) -> Any:
    """A field with a text, or with the value that `read` makes from it."""
    option = Option(
        flags=flags, help=help, group=group, kind="text", metavar=metavar, setting=setting, read=read, check=check
    )
    return _declared(option, default)


def texts(
    *flags: str,
    metavar: str,
    help: str,  # noqa: A002
    group: str,
    read: Callable[[list[str]], object],
    default: Callable[[], object] = dict,
) -> Any:
    """A field that `read` makes from a flag given any number of times; what `default` makes, without one."""
    option = Option(flags=flags, help=help, group=group, kind="texts", metavar=metavar, read=read)
    return field(default_factory=default, metadata={"option": option})


def _declared(option: Option, default: object) -> Any:
    return field(default=default, metadata={"option": option})


def options_of(kind: type[Any]) -> dict[str, Option]:
    """The declarations of a class, by field name and in order. Other fields are no options."""
    return {declared.name: _declaration(declared) for declared in fields(kind) if "option" in declared.metadata}


def option_of(kind: type[Any], name: str) -> Option:
    """The declaration of one field, for a class that has the same option."""
    return options_of(kind)[name]


def _declaration(declared: "Field[Any]") -> Option:
    option = declared.metadata["option"]
    if not isinstance(option, Option):
        raise TypeError(f"the field `{declared.name}` is not declared as an option")
    return option
