"""Interprets `-o`: a file, a directory, a template, or stdout. Asks the disk only whether a path is a directory."""

import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath

from flux2cli.core.request.templates import DEFAULT_TEMPLATE, check_template
from flux2cli.errors import UsageError, WrongValue
from flux2cli.quotes import shown

SUFFIXES = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp"}
"""File formats by suffix."""

_OTHER_SUFFIXES = (".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif", ".jxl", ".jfif", ".svg", ".pdf", ".psd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where a job's images go. `directory` is absolute, `name` a template or, when `explicit`, the file name itself.

    `stdout` means that the bytes of the one image go there and no file is made. `names`, if there are any, are those of
    the images by index, relative to the directory: they take the place of earlier ones.
    """

    directory: str
    name: str
    explicit: bool = False
    overwrite: bool = False
    stdout: bool = False
    names: tuple[str, ...] = ()


def parse_output(
    text: str | None, *, cwd: str, overwrite: bool, is_directory: Callable[[str], bool]
) -> tuple[Output, str | None]:
    """Where images go, and the image format that the suffix names, or None.

    `text` is as typed, None for the current directory. UsageError when it is not usable.
    """
    if text is None:
        return Output(directory=cwd, name=DEFAULT_TEMPLATE, overwrite=overwrite), None
    if text == "-":
        return Output(directory=cwd, name="-", stdout=True), None
    check_output(text)
    typed = _expanded(text)
    if "{" in typed:
        return _template(typed, cwd, overwrite=overwrite)
    whole = os.path.normpath(os.path.join(cwd, typed))
    if text.endswith(("/", os.sep)) or is_directory(whole):
        return Output(directory=whole, name=DEFAULT_TEMPLATE, overwrite=overwrite), None
    directory, name = os.path.split(whole)
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUFFIXES:
        hint = f"use png, jpg, jpeg or webp, or write `{shown(text)}/` if it is a directory"
        raise _wrong(text, "has no image suffix", hint)
    return Output(directory=directory, name=name, explicit=True, overwrite=overwrite), SUFFIXES[suffix]


def check_output(text: str) -> None:
    """UsageError for an empty text, or one with characters that cannot be in a name or would break lines of output."""
    if not text.strip() or "\0" in text:
        raise _wrong(None, "names no file", "give a file, a directory that ends in `/`, a template, or `-`")
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise _wrong(None, "has a line break or another control character in it", "leave it out")
    if "##[" in text:
        raise _wrong(
            None, "has `##[` in it, which GitHub's runner would obey where the path is printed", "leave it out"
        )
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        raise _wrong(None, "has a character in it that no file name can have", "leave it out") from None


def _expanded(text: str) -> str:
    """The text with the home directory for `~`; UsageError when there is no such user."""
    try:
        return str(Path(text).expanduser())
    except RuntimeError:
        raise _wrong(text, "begins with `~` and the name of no user", "for a file: `./~…`") from None


def _wrong(value: str | None, clause: str, hint: str) -> UsageError:
    return UsageError.of_value(WrongValue(about="output", flag="-o", value=value, clause=clause), hint=hint)


def _template(text: str, cwd: str, *, overwrite: bool) -> tuple[Output, str | None]:
    """Split a template before its first field: the directory up to there is the root, which it must not leave."""
    before, slash, begin = text[: text.index("{")].rpartition("/")
    name = begin + text[text.index("{") :]
    if ".." in name.split("/"):
        raise UsageError(
            f"The template `{text}` leads out of its directory.",
            hint="`..` goes before the first field",
            about="output",
        )
    check_template(name)
    suffix = PurePath(name).suffix.lower()
    if suffix in _OTHER_SUFFIXES:
        raise _wrong(text, f"ends in `{suffix}`, which no model makes", "end it in .{ext}, .png, .jpg, .jpeg or .webp")
    directory = os.path.normpath(os.path.join(cwd, before + slash))
    return Output(directory=directory, name=name, overwrite=overwrite), SUFFIXES.get(suffix)
