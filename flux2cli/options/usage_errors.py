"""Translates Typer's errors about a command line into UsageError, with hints."""

import re
from collections.abc import Sequence

import typer

from flux2cli.catalog import VARIANTS
from flux2cli.core.request.messages import foreign_flag
from flux2cli.errors import UsageError
from flux2cli.quotes import shown


def usage_error(error: typer.TyperException, argv: Sequence[str]) -> UsageError:
    """The UsageError for Typer's error about `argv`."""
    context = getattr(error, "ctx", None)
    path = str(context.command_path) if context else "flux2"
    command = argv[0] if argv else ""
    option = getattr(error, "option_name", None)
    if option is not None and hasattr(error, "possibilities"):
        return _unknown_flag(command, path, str(option), list(error.possibilities or ()))
    extra = getattr(error, "message", "")
    if command in VARIANTS and extra.startswith("Got unexpected extra argument"):
        words = " ".join(word for word in argv[1:] if not word.startswith("-"))
        return UsageError(
            "There is more than one prompt.",
            hint=f'a prompt of several words goes in quotes: flux2 {command} "{shown(words)}"',
        )
    text = error.format_message().strip().replace("'", "`")
    text = re.sub(r"\((.+)\)", lambda found: f"({shown(found[1])})", text, flags=re.DOTALL)  # surplus arguments
    return UsageError(text if text.endswith(".") else f"{text}.", hint=f"see `{path} --help`")


def _unknown_flag(command: str, path: str, option: str, near: list[str]) -> UsageError:
    if command in VARIANTS or command == "outpaint":
        foreign = foreign_flag(command, option)
        if foreign is not None:
            return foreign
    if near:
        hint = f"did you mean `{near[0]}`?"
    elif command in VARIANTS:
        hint = f"a prompt that starts with a dash goes after `--`; all flags: `flux2 {command} --help`"
    else:
        hint = f"see `{path} --help`"
    return UsageError(f"`{path}` has no flag `{option}`.", hint=hint)
