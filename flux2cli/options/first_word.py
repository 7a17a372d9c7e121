"""What to type where the first word of a command line is no command: `flux2 "a fox"`, `flux2 generate`, `flux2 -i`."""

import re
from collections.abc import Collection, Sequence
from typing import Any

from flux2cli.catalog import VARIANTS
from flux2cli.core.request.messages import suggest
from flux2cli.core.request.synonyms import meant, named_in, plain
from flux2cli.errors import UsageError
from flux2cli.options.command_lines import MODEL_FLAGS, parts_of, request_line, split_model
from flux2cli.options.flag_advice import advice_about
from flux2cli.providers import registry
from flux2cli.quotes import shown

_REQUESTS = frozenset((
    "generate", "gen", "create", "make", "draw", "imagine", "image", "images", "img", "txt2img", "text2img",
    "text2image", "t2i", "text_to_image", "render", "paint", "edit", "img2img", "image2image", "i2i", "image_to_image",
    "modify", "change", "remix", "inpaint",
))  # fmt: skip
"""What other tools call the command that makes or edits an image."""

_WORD = re.compile(r"[^\W\d_]+[,.;:!?'\u2019]*")
_SECRET = re.compile(r"key|token|secret|password|auth|login", re.IGNORECASE)


def unknown_first_word(words: Sequence[str], commands: Collection[str]) -> UsageError:
    """The error for a first word that is no command, with the line to type if an image seems to be wanted."""
    first = words[0]
    if not first.strip():
        return UsageError("The command is empty.", hint="is the variable set?")
    return UsageError(f"There is no command `{shown(first)}`.", hint=_line(words, commands) or suggest(first, commands))


def _line(words: Sequence[str], commands: Collection[str]) -> str | None:
    """The line to type for a prompt without a command, or with another tool's command; None if it is neither."""
    first, rest = words[0], words[1:]
    if _is_prompt(first):
        return _request(words)
    if plain(first) in _REQUESTS:
        return _request(rest)
    if variant := named_in(first, VARIANTS):
        return request_line(variant, rest)
    return _request(words) if meant(first, commands) is None and _are_words(words) else None


def _is_prompt(word: str) -> bool:
    return len(word.split()) > 1


def _are_words(words: Sequence[str]) -> bool:
    """Whether a command line may be a prompt without quotes: several words, or one with flags; nothing like a key."""
    free = [part.value or "" for part in parts_of(words) if part.flag is None]
    return len(words) > 1 and all(_WORD.fullmatch(word) and not _SECRET.search(word) for word in free)


def _request(words: Sequence[str]) -> str:
    model, rest = split_model(words)
    return request_line(named_in(model or "", VARIANTS) or _cheapest(rest), rest)


def _cheapest(words: Sequence[str]) -> str:
    """The first variant, from the cheapest on, that the provider in the words has."""
    provider = next((part.value for part in parts_of(words) if part.flag in ("-p", "--provider")), registry.default())
    there = {route.variant for route in registry.routes() if route.provider == provider}
    return next((name for name in ("flash", *VARIANTS) if name in there), "flash")


def flag_before_command(option: str, words: Sequence[str], context: Any) -> UsageError:
    """The error for a flag that stands before the command, or without one."""
    error = f"`flux2` has no flag `{option}`."
    commands = getattr(getattr(context, "command", None), "commands", {})
    at = next((n for n, word in enumerate(words) if word in commands), None)
    if at is not None and option not in MODEL_FLAGS:
        others = [*words[:at], *words[at + 1 :]]
        line = request_line(words[at], others) if words[at] in VARIANTS else f"`flux2 {words[at]} {option}`"
        return UsageError(error, hint=f"the command goes first: {line}")
    if any(part.flag is None and _is_prompt(part.value or "") for part in parts_of(words)):
        return UsageError(error, hint=_request(words))
    return UsageError(error, hint=advice_about(option, "", {}, words) or "see `flux2 --help`")
