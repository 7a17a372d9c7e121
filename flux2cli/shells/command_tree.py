"""The command line as a tree of plain values: commands, flags, arguments, and what each accepts. Knows no shell."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from flux2cli.catalog import PARAMETERS
from flux2cli.core.batch.row import Format
from flux2cli.core.job.job import State
from flux2cli.core.request.describe import commands, routes_for
from flux2cli.core.settings import all_settings
from flux2cli.manual import topics
from flux2cli.options.help_screens import summary_of
from flux2cli.providers import registry
from flux2cli.sandbox.faults import KINDS
from flux2cli.shells import SCRIPTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What a flag or argument accepts: one of these words, a file, or any text."""

    kind: Literal["words", "files", "any"]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One flag with all its names; `values` is None for a switch. `off` are the names that turn a switch off."""

    names: tuple[str, ...]
    summary: str
    off: tuple[str, ...] = ()
    metavar: str = ""
    values: Values | None = None
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One positional argument."""

    metavar: str
    values: Values
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One command; `path` is empty for `flux2` itself. A group has children and takes no arguments."""

    path: tuple[str, ...]
    summary: str
    flags: tuple[Flag, ...]
    slots: tuple[Slot, ...] = ()
    children: tuple["Node", ...] = ()

    @property
    def name(self) -> str:
        """The command's last word."""
        return self.path[-1] if self.path else "flux2"

    def all(self) -> Iterator["Node"]:
        """This command and all commands below it."""
        yield self
        for child in self.children:
            yield from child.all()


_ENUMERATION = re.compile(r"[a-z_]+(\|[a-z_]+)+")
_HELP = Flag(names=("-h", "--help"), summary="Show this message and exit.")
_VERSION = Flag(names=("--version",), summary="Print the version.")
_ANY, _FILES = Values(kind="any"), Values(kind="files")


def command_tree(loaded: Mapping[str, tuple[Any, str]]) -> Node:
    """The root of a command line, from its Typer commands and their summaries by name."""
    children = [_node((name,), command, summary) for name, (command, summary) in loaded.items()]
    return Node(path=(), summary="", flags=(_VERSION, _HELP), children=tuple(_with_help_words(children)))


def _with_help_words(children: Sequence[Node]) -> Iterator[Node]:
    """The commands, with the arguments of `help` set to the names of all of them."""
    names = [child.name for child in children]
    explained = Values(kind="words", words=tuple(dict.fromkeys([*names, *topics()])))
    for child in children:
        is_help = child.name == "help"
        yield replace(child, slots=tuple(replace(s, values=explained) for s in child.slots)) if is_help else child


def _node(path: tuple[str, ...], command: Any, summary: str) -> Node:
    below = getattr(command, "commands", {})
    shown = [parameter for parameter in command.params if not parameter.hidden]
    flags = [_flag(path, p) for p in shown if p.param_type_name == "option"]
    return Node(
        path=path,
        summary=summary,
        flags=(*flags, _HELP),
        slots=tuple(_slot(path, p) for p in shown if p.param_type_name == "argument"),
        children=tuple(_node((*path, name), child, summary_of(child)) for name, child in below.items()),
    )


def _flag(path: tuple[str, ...], option: Any) -> Flag:
    return Flag(
        names=tuple(option.opts),
        off=tuple(option.secondary_opts),
        summary=_sentence(option.help or ""),
        metavar=option.metavar or option.name.upper(),
        values=None if option.is_flag else values_of(path, option.name, option.metavar or ""),
        many=bool(option.multiple),
    )


def _slot(path: tuple[str, ...], argument: Any) -> Slot:
    metavar = str(argument.metavar or argument.name.upper()).strip("[].…")
    return Slot(metavar=metavar, values=values_of(path, argument.name, metavar), many=argument.nargs != 1)


def _sentence(text: str) -> str:
    """The first sentence of a flag's help, without its range."""
    return text.partition(" [")[0].partition(". ")[0].rstrip(".")


def values_of(path: tuple[str, ...], name: str, metavar: str) -> Values:
    """What a parameter of a command accepts, by the catalogue, the settings and the states of jobs."""
    if path[0] in (*commands(), "batch") and name in PARAMETERS:
        return _of_catalogue(path[0], name)
    words = _words(path, name) or tuple(metavar.split("|") if _ENUMERATION.fullmatch(metavar) else ())
    if words:
        return Values(kind="words", words=words)
    return _FILES if any(word in metavar for word in ("FILE", "DIR", "PATH", "IMAGE")) else _ANY


def _words(path: tuple[str, ...], name: str) -> tuple[str, ...]:
    leading = commands()
    match path[0], name:
        case "keys", "provider":
            return registry.names()
        case command, "provider":
            routes = [route for one in ([command] if command in leading else leading) for route in routes_for(one)]
            return tuple(dict.fromkeys(route.provider for route in routes))
        case "config", "name":
            return tuple(all_settings())
        case "models", "name":
            return leading
        case "sandbox", "fault":
            return ("list", *KINDS)
        case _, "state":
            return tuple(get_args(State))
        case _, "shell":
            return tuple(SCRIPTS)
        case _, "variant":
            return leading
        case _, "input_format":
            return get_args(Format)
    return ()


def _of_catalogue(command: str, name: str) -> Values:
    """All values that any route of the command lists; `batch` may take every route."""
    kind = PARAMETERS[name].kind
    if kind in ("images", "image", "secret"):
        return _FILES
    routes = routes_for(command) or registry.routes()
    listed = [choice for route in routes if name in route.fields for choice in route.fields[name].choices]
    chosen = [str(route.selectors[name]) for route in routes if name in route.selectors]
    words = tuple(dict.fromkeys([*listed, *chosen]))
    return Values(kind="words", words=words) if words else _ANY
