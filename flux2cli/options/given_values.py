"""Checks what Typer read from a command line, for all commands: nothing is empty, and no image's name is the prompt."""

from collections.abc import Sequence
from typing import Any

from flux2cli.errors import UsageError

_MAY_BE_EMPTY = ("prompt", "negative_prompt", "label", "value", "words", "extra")
"""Texts that may be empty, and those about which their command says more."""


def check_values(context: Any, words: Sequence[str]) -> None:
    """UsageError for an empty file, directory, URL or name, and for an image's name in the prompt's place."""
    for parameter in context.command.get_params(context):
        value = context.params.get(parameter.name)
        is_given = value != parameter.default  # an option may have an empty text for none
        if is_given and parameter.name not in _MAY_BE_EMPTY and _has_empty(value):
            raise UsageError(f"`{_name(parameter, words)}` is empty.", hint="is the variable set?")
    prompt = context.params.get("prompt")
    if prompt and (" " not in prompt or context.params.get("image")):
        from flux2cli.options.usage_errors import image_without_flag

        wrong = image_without_flag(context.info_name, words)
        if wrong is not None and _is_there(context, prompt):
            raise wrong


def _is_there(context: Any, prompt: str) -> bool:
    """Whether a prompt with an image's name is one: other images are given, it is a URL, or the file exists."""
    if " " not in prompt and (context.params.get("image") or "://" in prompt):
        return True
    try:
        return bool((context.obj.cwd / prompt).is_file())
    except OSError:  # too long for a name
        return False


def _has_empty(value: object) -> bool:
    return any(isinstance(text, str) and not text.strip() for text in (value if isinstance(value, list) else [value]))


def _name(parameter: Any, words: Sequence[str]) -> str:
    """The flag as it was typed, or an argument's name in help."""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper()).strip("[].…")
    typed = [flag for flag in parameter.opts if any(word.partition("=")[0] == flag for word in words)]
    return str((typed or parameter.opts[-1:])[0])
