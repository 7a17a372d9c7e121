"""Rewrites a wrong command line into the one to type. Reads no file, and leaves out what may be a key."""

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flux2cli.catalog import PARAMETERS
from flux2cli.core.option_fields import options_of
from flux2cli.core.run_options import DisplayOptions, RunOptions
from flux2cli.quotes import shown

_IMAGE = re.compile(r"(?!.*://)\S.*\.(png|jpe?g|webp|gif|avif|heic|bmp|tiff?)|https?://\S+", re.IGNORECASE | re.DOTALL)
_SECRET = re.compile(r"--?(?=[a-z-]*(?:key|secret|token|password|auth))[a-z-]*", re.IGNORECASE)
_PROMPT_FLAGS = ("--prompt", "--text")
MODEL_FLAGS = ("-m", "--model", "--variant")
"""The flags with which other tools, and `flux2 batch`, choose a model."""
_MOST_IMAGES = 4
"""The most images that a line repeats."""
_LONGEST = 300
"""The most characters of a prompt that a line repeats."""


class LinePart(NamedTuple):
    """A part of a command line: a flag, its value, or both. A value without a flag is an argument."""

    flag: str | None
    value: str | None


def is_image_name(text: str) -> bool:
    """Whether a word of a command line is the name of an image's file or a URL, and no prompt."""
    return _IMAGE.fullmatch(text) is not None


def shell_word(text: str) -> str:
    """The text as one word for a shell, in double quotes if nothing in it has a meaning there."""
    if shlex.quote(text) == text:
        return text
    return shlex.quote(text) if set(text) & set('"$`\\!') else f'"{text}"'


def parts_of(words: Sequence[str]) -> Iterator[LinePart]:
    """The parts of a command line. An unknown flag has a value if no other flag follows it."""
    left, switches = list(words), _switches()
    while left:
        word = left.pop(0)
        if word == "--":
            yield from (LinePart(None, text) for text in left)
            return
        flag, equals, value = word.partition("=")
        if not _is_flag(word):
            yield LinePart(None, word)
        elif equals:
            yield LinePart(flag, value)
        elif word in switches or not left or _is_flag(left[0]):
            yield LinePart(word, None)
        else:
            yield LinePart(word, left.pop(0))


def request_line(command: str, words: Sequence[str]) -> str:
    """The line for one request: all words of the prompt in one pair of quotes, `-i` before each image, other flags."""
    parts = [part for part in parts_of(words) if part.flag is None or not _SECRET.fullmatch(part.flag)]
    prompt = " ".join(part.value or "" for part in parts if _is_prompt(part))
    images = [part.value or "" for part in parts if _is_image(part)]
    rest = [part for part in parts if not _is_prompt(part) and not _is_image(part)]
    subject = shell_word(prompt) if prompt and len(prompt) <= _LONGEST else "PROMPT"
    is_flag_like = prompt.startswith("-")
    return " ".join([
        f"flux2 {command}",
        *([] if is_flag_like else [subject]),
        *(f"-i {shell_word(shown(image))}" for image in images[:_MOST_IMAGES]),
        *(["-i …"] if len(images) > _MOST_IMAGES else []),
        *(" ".join(shell_word(text) for text in part if text is not None) for part in rest),
        *(["--", subject] if is_flag_like else []),
    ])  # fmt: skip


def stray_images(words: Sequence[str]) -> list[str]:
    """The names of images that have no `-i` before them."""
    return [part.value or "" for part in parts_of(words) if part.flag is None and _is_image(part)]


def split_model(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """The model that `--model` or the like names, and the words without it."""
    parts = list(parts_of(words))
    model = next((part.value for part in parts if part.flag in MODEL_FLAGS), None)
    kept = [text for part in parts if part.flag not in MODEL_FLAGS for text in part if text is not None]
    return model, kept


def _is_flag(word: str) -> bool:
    return word.startswith("-") and len(word) > 1


def _is_prompt(part: LinePart) -> bool:
    return part.flag in _PROMPT_FLAGS or (part.flag is None and not is_image_name(part.value or ""))


def _is_image(part: LinePart) -> bool:
    return part.flag in PARAMETERS["image"].flags or (part.flag is None and is_image_name(part.value or ""))


def _switches() -> set[str]:
    """The flags that take no value."""
    run = [option for kind in (RunOptions, DisplayOptions) for option in options_of(kind).values()]
    declared = {
        flag for option in run if option.kind == "switch" for flags in option.flags for flag in flags.split("/")
    }
    return declared | {flag for row in PARAMETERS.values() if row.kind == "boolean" for flag in row.flags}
