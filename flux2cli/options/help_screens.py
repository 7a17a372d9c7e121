"""Plain help screens: examples first, flags in groups, whole sentences at any width. Loads no more than Typer."""

from collections.abc import Callable, Iterable
from textwrap import wrap
from typing import Any, TypeVar

import typer
from typer import core

from flux2cli.options.examples import examples_of
from flux2cli.options.given_values import check_values
from flux2cli.options.raw_values import take_as_typed

_Function = TypeVar("_Function", bound=Callable[..., Any])

WIDEST = 120
"""The greatest width of help in columns."""
CONTEXT: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": WIDEST}
_FIRST = ("Arguments", "Prompt")
_NARROW = 80
"""Below this width in columns a long flag is on a line of its own, to leave room for its description."""


def write_rows(formatter: Any, rows: Iterable[tuple[str, str]]) -> None:
    """Write terms with their descriptions, side by side if there is room. Never breaks flags and file names."""
    rows, margin = list(rows), " " * formatter.current_indent
    most = 30 if formatter.width + 2 >= _NARROW else 12
    column = min(most, max(len(term) for term, _ in rows)) + 2
    room = max(formatter.width - len(margin) - column, 10)
    for term, words in rows:
        lines = wrap(words, room, break_long_words=False, break_on_hyphens=False)
        first = lines.pop(0) if lines and len(term) + 2 <= column else ""
        formatter.write(f"{margin}{term:<{column}}{first}".rstrip() + "\n")
        for line in lines:
            formatter.write(f"{margin}{'':{column}}{line}\n")


def write_examples(formatter: Any, lines: Iterable[str]) -> None:
    """Write example command lines without wrapping, so that they can be copied."""
    with formatter.section("Examples"):
        for line in lines:
            formatter.write(f"{'':{formatter.current_indent}}{line}\n")


def write_flags(command: Any, ctx: Any, formatter: Any) -> None:
    """Write a command's arguments and flags: one section per group, in the order of first appearance.

    Arguments and the prompt come first; the commands of a group are left out.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record is None:
            continue
        is_argument = parameter.param_type_name == "argument"
        title = getattr(parameter, "rich_help_panel", None) or ("Arguments" if is_argument else "Options")
        name = _name(parameter) if is_argument else record[0]
        groups.setdefault(title, []).append((name, record[1].removesuffix("[required]").rstrip()))
    for title, records in sorted(groups.items(), key=lambda group: group[0] not in _FIRST):
        with formatter.section(title):
            write_rows(formatter, records)


def unknown_command(word: str, known: Iterable[str], path: str) -> Exception:
    """The error for a word that is no command; `path` is the command line before it."""
    from flux2cli.core.request.messages import suggest
    from flux2cli.errors import UsageError

    what = "command" if path == "flux2" else f"`{path}` command"
    return UsageError(f"There is no {what} `{word}`.", hint=suggest(word, known))


class GroupedCommand(core.TyperCommand):
    """A command whose help shows examples first and lists flags by group (Typer's `rich_help_panel`)."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse without pydantic, as far as possible. UsageError for what is wrong, and for what is empty."""
        take_as_typed(self.get_params(ctx))
        words = list(args)
        try:
            left = super().parse_args(ctx, args)
        except typer.TyperException as error:
            from flux2cli.options.usage_errors import usage_error

            raise usage_error(error, ctx, words) from None
        if not ctx.resilient_parsing:
            check_values(ctx, words)
        return left

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The arguments by their names in help, optional ones in brackets."""
        return [self.options_metavar or "", *(_usage(p) for p in self.get_params(ctx) if _is_shown_argument(p))]

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """Write what the command does, then its examples."""
        super().format_help_text(ctx, formatter)
        _examples(ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the flags."""
        write_flags(self, ctx, formatter)


class CommandGroup(core.TyperGroup):
    """A group of commands. Its help shows examples and the commands' summaries; for a typo it suggests a name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse without pydantic, as far as possible."""
        take_as_typed(self.get_params(ctx))
        return super().parse_args(ctx, args)

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """Write what the group is about, then examples."""
        super().format_help_text(ctx, formatter)
        _examples(ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the group's own flags, then its commands."""
        write_flags(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - Typer's signature
        """Write every command with its whole summary, wrapped on a narrow terminal."""
        with formatter.section("Commands"):
            write_rows(formatter, ((name, summary_of(command)) for name, command in self.commands.items()))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The named command; UsageError, which suggests the nearest one, for an unknown name."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            raise unknown_command(args[0], self.commands, ctx.command_path)
        return super().resolve_command(ctx, args)


class Commands(typer.Typer):
    """A Typer application with this tool's defaults; its commands are `GroupedCommand`s."""

    def __init__(self, *, summary: str | None = None) -> None:
        super().__init__(
            help=summary,
            cls=CommandGroup,
            add_completion=False,
            rich_markup_mode=None,
            pretty_exceptions_enable=False,
            no_args_is_help=True,
            context_settings=CONTEXT,
        )

    def command(self, name: str | None = None, **settings: Any) -> Callable[[_Function], _Function]:
        """Like Typer's."""
        return super().command(name, **{"cls": GroupedCommand, **settings})


def summary_of(command: Any) -> str:
    """A command's summary: the first paragraph of its help."""
    return " ".join(str(command.help or "").split("\n\n", maxsplit=1)[0].split())


def _examples(ctx: Any, formatter: Any) -> None:
    lines = examples_of(ctx.command_path)
    if lines:
        write_examples(formatter, lines)


def _is_shown_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument" and not parameter.hidden)


def _name(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper()).strip("[]")


def _usage(parameter: Any) -> str:
    name = _name(parameter)
    return name if parameter.required else f"[{name}]"
