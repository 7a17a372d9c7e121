"""Typer's own complaints about a command line, in this tool's words and with this tool's hints."""

from collections.abc import Sequence

import typer

from flux2cli.catalog import VARIANTS
from flux2cli.core.problems import foreign_flag
from flux2cli.errors import UsageError


def usage_error(error: typer.TyperException, argv: Sequence[str]) -> UsageError:
    """The UsageError for what Typer found wrong with `argv`."""
    command = argv[0] if argv else ""
    option = getattr(error, "option_name", None)
    if option is not None and hasattr(error, "possibilities"):
        return _unknown_flag(command, str(option), list(error.possibilities or ()))
    extra = getattr(error, "message", "")
    if command in VARIANTS and extra.startswith("Got unexpected extra argument"):
        words = " ".join(word for word in argv[1:] if not word.startswith("-"))
        return UsageError(
            "There is more than one prompt.",
            hint=f'a prompt of several words goes in quotes: flux2 {command} "{words}"',
        )
    text = error.format_message().strip().replace("'", "`")
    return UsageError(text if text.endswith(".") else f"{text}.", hint=_help(command))


def _unknown_flag(command: str, option: str, near: list[str]) -> UsageError:
    if command in VARIANTS:
        foreign = foreign_flag(command, option)
        if foreign is not None:
            return foreign
    if near:
        hint = f"did you mean `{near[0]}`?"
    elif command in VARIANTS:
        hint = f"a prompt that starts with a dash goes after `--`; all flags: `flux2 {command} --help`"
    else:
        hint = _help(command)
    where = f"`flux2 {command}`" if command and not command.startswith("-") else "`flux2`"
    return UsageError(f"{where} has no flag `{option}`.", hint=hint)


def _help(command: str) -> str:
    return f"see `flux2 {command} --help`" if command and not command.startswith("-") else "see `flux2 --help`"
