"""Reads reference images from disk and stdin, checks their format, and measures and hashes them. Sends nothing."""

import hashlib
from pathlib import Path

from flux2cli.core.images.sniff import read_header
from flux2cli.core.request.reference import Reference
from flux2cli.errors import UsageError

_MEDIA_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}
_HINT = "reference images are PNG, JPEG or WebP files, or http(s) addresses"


def read_file(text: str, cwd: Path, *, limit: int) -> Reference:
    """Read a local image; UsageError when it is missing, no image, or longer than `limit` bytes."""
    path = cwd / Path(text).expanduser()
    data = load(path, text, limit=limit)
    return _reference(data, source=text, name=path.name, path=str(path))


def from_stdin(data: bytes, *, limit: int) -> Reference:
    """The image read from stdin (`-i -`); UsageError when it is no image, or longer than `limit` bytes."""
    _check_length(len(data), "-", limit)
    return _reference(data, source="-", name="stdin", path=None)


def load(path: Path, text: str, *, limit: int) -> bytes:
    """The bytes of a local image. UsageError names it as `text`, which is how the user wrote it."""
    try:
        if path.is_dir():
            raise UsageError(f"The reference image `{text}` is a directory.", hint=_HINT, about="image")
        _check_length(path.stat().st_size, text, limit)
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"The reference image `{text}` does not exist.", hint=_HINT, about="image") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"The reference image `{text}` cannot be read: {reason}.", about="image") from None


def _check_length(length: int, text: str, limit: int) -> None:
    if length > limit:
        raise UsageError(
            f"The reference image `{text}` has {length / 2**20:.1f} MiB; the most is {limit / 2**20:g} MiB.",
            hint="scale it down, since models work on a few megapixels, or give it by its address",
            about="image",
        )


def _reference(data: bytes, *, source: str, name: str, path: str | None) -> Reference:
    if not data:
        raise UsageError(f"The reference image `{source}` is empty.", hint=_HINT, about="image")
    header = read_header(data)
    if header is None:
        raise UsageError(f"The reference image `{source}` is not a PNG, JPEG or WebP image.", hint=_HINT, about="image")
    kind, width, height = header
    return Reference(
        source=source,
        name=name,
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        length=len(data),
        width=width,
        height=height,
        media_type=_MEDIA_TYPES[kind],
        data=data if path is None else None,
    )
