"""Reads reference images, checks that they are whole, measures and hashes them. Sends nothing."""

import hashlib
import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

from flux2cli.core.images.orientation import SIDEWAYS, orientation_of
from flux2cli.core.images.other_files import other_file
from flux2cli.core.images.sniff import Checker, ImageInfo, NotAnImageError, sniff
from flux2cli.core.request.reference import Reference, is_stream
from flux2cli.errors import UsageError

_HINT = "reference images are PNG, JPEG or WebP files, or http(s) addresses"
_SMALLER = "scale it down, since models work on a few megapixels, or give it by its address"
_DIRECTORY = "give -i once for each image in it"


def read_file(text: str, cwd: Path, *, limit: int) -> Reference:
    """Read a local image; UsageError when it is missing, no whole image, or longer than `limit` bytes."""
    if not text.strip():
        raise UsageError("The name of a reference image is empty.", hint="is the variable set?", about="image")
    path = _expanded(text, cwd)
    data = load(path, text, limit=limit)
    again = path.is_file()  # a pipe, as of `<(command)`, is read only once
    return _reference(data, source=text, name=path.name, path=str(path) if again else None)


def from_bytes(data: bytes, *, source: str, name: str, limit: int) -> Reference:
    """The image in these bytes; UsageError when they are no whole image, or more than `limit`.

    `source` says in messages where they come from: `-` for stdin, `data:` for a data URI.
    """
    check_length(len(data), source, limit)
    return _reference(data, source=source, name=name, path=None)


def load(path: Path, text: str, *, limit: int) -> bytes:
    """The bytes of a local image. UsageError names it as `text`, which is how the user wrote it."""
    try:
        with _opened(path, text) as file:
            check_length(os.fstat(file.fileno()).st_size, text, limit)
            return read_within(file, text, limit)
    except FileNotFoundError:
        raise _missing(path, text) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"The reference image `{text}` cannot be read: {reason}.", about="image") from None


def read_within(file: BinaryIO, source: str, limit: int) -> bytes:
    """The rest of a stream, which may have no end; UsageError when it has more than `limit` bytes."""
    data = file.read(limit + 1)
    if len(data) > limit:
        raise UsageError(
            f"The reference image `{source}` has more than {limit / 2**20:g} MiB, which is the most.",
            hint=_SMALLER,
            about="image",
        )
    return data


def _opened(path: Path, text: str) -> BinaryIO:
    """Open a regular file, or a pipe that this process was given open; UsageError for anything else."""
    # Without O_NONBLOCK a named pipe without a writer would be waited for.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode) or (is_stream(str(path)) and not (stat.S_ISDIR(mode) or os.isatty(descriptor))):
        os.set_blocking(descriptor, True)
        return open(descriptor, "rb")  # noqa: PTH123 - a Path has no descriptor
    os.close(descriptor)
    what = "directory" if stat.S_ISDIR(mode) else "pipe" if stat.S_ISFIFO(mode) else "device"
    hint = _DIRECTORY if stat.S_ISDIR(mode) else "give a file, or the content of a pipe with `-i -` or `-i <(command)`"
    raise UsageError(f"The reference image `{text}` is a {what}.", hint=hint, about="image")


def check_length(length: int, text: str, limit: int, what: str = "The reference image") -> None:
    """UsageError when an image has more than `limit` bytes; `what` begins the sentence."""
    if length > limit:
        raise UsageError(
            f"{what} `{text}` has {length / 2**20:.1f} MiB; the most is {limit / 2**20:g} MiB.",
            hint=_SMALLER,
            about="image",
        )


def _expanded(text: str, cwd: Path) -> Path:
    try:
        return cwd / Path(text).expanduser()
    except RuntimeError:  # there is no such user
        return cwd / text


def _missing(path: Path, text: str) -> UsageError:
    """The error that says where a path was looked for: in a prompt file, people expect it beside that file."""
    if text.lower().startswith("file:"):
        hint = f"give its path: {re.sub('file:/+', '/', text, count=1, flags=re.IGNORECASE)}"
        return UsageError(f"The reference image `{text}` is a file's URL, which is not read.", hint=hint, about="image")
    if "://" in text:
        return UsageError(
            f"The reference image `{text}` has an address that is not one of http(s).", hint=_HINT, about="image"
        )
    if Path(text).is_absolute():
        return UsageError(f"The reference image `{text}` does not exist.", hint=_HINT, about="image")
    return UsageError(
        f"The reference image `{text}` does not exist (looked in `{path.parent}`).",
        hint="paths are relative to the current directory, also those in a prompt file",
        about="image",
    )


def _reference(data: bytes, *, source: str, name: str, path: str | None) -> Reference:
    if not data:
        raise UsageError(f"The reference image `{source}` is empty.", hint=_HINT, about="image")
    image, orientation = _checked(data, source), orientation_of(data)
    sides = (image.width, image.height)
    width, height = sides[::-1] if orientation in SIDEWAYS else sides
    return Reference(
        source=source,
        name=name,
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        length=len(data),
        width=width,
        height=height,
        media_type=image.media_type,
        orientation=orientation,
        data=data if path is None else None,
    )


def _checked(data: bytes, source: str) -> ImageInfo:
    checker = Checker()
    try:
        checker.feed(data)
        return checker.finish()
    except NotAnImageError as error:
        raise UsageError(
            f"The reference image `{source}` cannot be used: {error}.", hint=_remedy(data, source), about="image"
        ) from None


def _remedy(data: bytes, source: str) -> str:
    if sniff(data[:12]):
        return "copy or download it again"
    other = other_file(data)
    return (other.hint(source) if other else None) or _HINT
