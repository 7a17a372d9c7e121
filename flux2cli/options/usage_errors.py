"""Translates Typer's errors about a command line into UsageError, with hints."""

from collections.abc import Sequence
from typing import Any

import typer

from flux2cli.catalog import PARAMETERS, VARIANTS
from flux2cli.core.request.messages import foreign_flag
from flux2cli.errors import UsageError
from flux2cli.options.command_lines import parts_of, request_line, stray_images
from flux2cli.options.first_word import flag_before_command
from flux2cli.options.flag_advice import advice_about, flags_by_name, meant_flag
from flux2cli.quotes import shown


def usage_error(error: typer.TyperException, context: Any, words: Sequence[str]) -> UsageError:
    """The UsageError for Typer's error about the `words` after a command, whose context is None if there is none."""
    path = str(context.command_path) if context else "flux2"
    option = getattr(error, "option_name", None)
    if path == "flux2" and option is not None:
        return flag_before_command(str(option), words, context)
    if option is not None and hasattr(error, "possibilities"):
        return _unknown_flag(context, path, str(option), words)
    command = path.removeprefix("flux2 ")
    if getattr(error, "message", "").startswith("Got unexpected extra argument"):
        if command in VARIANTS:
            return image_without_flag(command, words) or UsageError(
                "There is more than one prompt.",
                hint=f"a prompt of several words goes in quotes: {request_line(command, words)}",
            )
        if command == "outpaint":
            return _no_prompt(words)
        if command.startswith("keys"):  # the word may be a key
            return UsageError(f"`{path}` takes fewer arguments.", hint=f"see `{path} --help`")
    text = _with_short_list(error.format_message().strip().replace("'", "`"))
    return UsageError(text if text.endswith(".") else f"{text}.", hint=f"see `{path} --help`")


def _with_short_list(text: str) -> str:
    """The message, with what stands in parentheses shortened: surplus arguments."""
    begin, end = text.find("(") + 1, text.rfind(")")
    return f"{text[:begin]}{shown(text[begin:end])}{text[end:]}" if 0 < begin < end else text


def image_without_flag(command: str, words: Sequence[str]) -> UsageError | None:
    """The error for images that have no `-i` before them, as in `-i a.png b.png`; None without any."""
    found = stray_images(words)
    if not found:
        return None
    others = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return UsageError(
        f"There is no `-i` before `{found[0]}`{others}.",
        hint=f"`-i` before each image: {request_line(command, words)}",
    )


def _no_prompt(words: Sequence[str]) -> UsageError:
    """The error for more than the one image that `flux2 outpaint` takes."""
    if len(stray_images(words)) > 1:
        return UsageError("`outpaint` takes one image.", hint="run it once for each")
    reason = PARAMETERS["prompt"].absent["outpaint"]
    arguments = [part.value or "" for part in parts_of(words) if part.flag is None]
    return UsageError(
        f"`outpaint` takes no prompt: {reason}.",
        hint=f"leave it out; to change what is in the image: {request_line('flash', arguments)}",
    )


def _unknown_flag(context: Any, path: str, option: str, words: Sequence[str]) -> UsageError:
    command = path.removeprefix("flux2 ")
    is_request = command in VARIANTS or command == "outpaint"
    foreign = foreign_flag(command, option) if is_request else None
    if foreign is not None:
        return foreign
    known = flags_by_name(context)
    hint = advice_about(option, command, known, words) or meant_flag(option, command, known)
    if hint is None and command in VARIANTS:
        hint = f"a prompt that starts with a dash goes after `--`; all flags: `flux2 {command} --help`"
    # What a command about keys does not know may be a key that begins with a dash.
    what = "such flag" if path.startswith("flux2 keys") else f"flag `{option}`"
    return UsageError(f"`{path}` has no {what}.", hint=hint or f"see `{path} --help`")
