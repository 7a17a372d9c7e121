"""Makes, numbers and shortens file names. Pure text: `flux2cli.edges.files` finds out whether a name is taken."""

import unicodedata
from pathlib import Path

LONGEST_NAME = 250
"""Bytes that an image's name may have: file systems allow 255, and the sidecar's name is 5 longer."""

_SLUG = 60
_LOOKED_AT = 4096
"""Characters of a prompt that are looked at for its slug: normalising takes quadratic time for a run of marks."""
_SUFFIXES = {"png": ("png",), "jpg": ("jpg", "jpeg"), "webp": ("webp",)}


def slug(prompt: str) -> str:
    """A prompt as part of a file name: letters and digits of any script, at most 60 bytes of UTF-8, never empty.

    Keeps combining marks with their letter, and never cuts between the two.
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", prompt[:_LOOKED_AT]).lower())
    kept: list[str] = []
    for character in text:
        if character.isalnum() or (kept and _is_mark(character) and (kept[-1].isalpha() or _is_mark(kept[-1]))):
            kept.append(character)
        elif kept and kept[-1] != "-":
            kept.append("-")
        if len(kept) > _SLUG + 1:
            break
    return cut("".join(kept), _SLUG).strip("-") or "image"


def with_extension(name: str, extension: str) -> str:
    """The name with the suffix of the image's format, `png`, `jpg` or `webp`; `.jpeg` is kept for `jpg`.

    Only a suffix of another image format is replaced: `v1.5` becomes `v1.5.png`.
    """
    stem, dot, suffix = name.rpartition(".")
    if not (stem and dot) or suffix.lower() not in {known for group in _SUFFIXES.values() for known in group}:
        return f"{name}.{extension}"
    return name if suffix.lower() in _SUFFIXES.get(extension, ()) else f"{stem}.{extension}"


def relative_path(path: str, cwd: str) -> str:
    """An absolute path, relative to `cwd` if it is below it."""
    return path.removeprefix(f"{cwd.rstrip('/')}/")


def numbered(path: Path, n: int) -> Path:
    """The n-th candidate for a path: `fox.png` itself for 1, then `fox-2.png`, `fox-3.png` and so on."""
    if n == 1:
        return path
    return path.with_name(shortened(path.name, LONGEST_NAME, ending=f"-{n}"))


def shortened(name: str, limit: int, *, ending: str = "") -> str:
    """The name with `ending` before its suffix, its stem cut to make the whole fit into `limit` bytes."""
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > 5:  # a leading dot, or one far from the end, starts no suffix
        stem, dot, suffix = name, "", ""
    rest = f"{ending}{dot}{suffix}"
    return cut(stem, limit - byte_length(rest)) + rest


def cut(text: str, limit: int) -> str:
    """The text cut to `limit` bytes of UTF-8, never inside a character or between a letter and its marks."""
    if byte_length(text) <= limit:
        return text
    end = min(len(text), limit)
    while byte_length(text[:end]) > limit:
        end -= 1
    whole = end
    while whole and _is_mark(text[whole]):
        whole -= 1
    return text[: whole or end]


def byte_length(text: str) -> int:
    """The number of bytes that a name has on disk."""
    return len(text.encode("utf-8", "surrogateescape"))


def _is_mark(character: str) -> bool:
    """Whether a character is a combining mark; variation selectors, which only style a character, are not."""
    return unicodedata.category(character) in ("Mn", "Mc") and not unicodedata.name(character, "").startswith(
        "VARIATION SELECTOR"
    )
