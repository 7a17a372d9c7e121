"""Makes file names from prompts and templates. Pure text: `flux2cli.edges.files` finds out whether a name is taken."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from flux2cli.errors import UsageError

DEFAULT_TEMPLATE = "{slug}-{seed}.{ext}"

FIELDS = (
    "variant", "provider", "seed", "index", "slug", "row", "id", "date", "time", "request_id", "ext", "label",
)  # fmt: skip
"""The fields of a template, besides `meta.NAME`."""

LONGEST_NAME = 250
"""Bytes that an image's name may have: file systems allow 255, and the sidecar's name is 5 longer."""

_SLUG = 60
_COMPONENT = 255

_SUFFIXES = {"png": ("png",), "jpg": ("jpg", "jpeg"), "webp": ("webp",)}
_PIECES = re.compile(r"(?P<brace>\{\{|\}\})|\{(?P<field>[^{}]*)\}|(?P<stray>[{}])")
_JOINERS = "\u200c\u200d"  # zero-width joiners: parts of words in Persian and Hindi, and of emoji


def slug(prompt: str) -> str:
    """A prompt as part of a file name: letters and digits of any script, at most 60 bytes of UTF-8, never empty.

    Keeps combining marks with their letter, and never cuts between the two.
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", prompt).lower())
    kept: list[str] = []
    for character in text:
        if character.isalnum() or (kept and _is_mark(character) and (kept[-1].isalpha() or _is_mark(kept[-1]))):
            kept.append(character)
        elif kept and kept[-1] != "-":
            kept.append("-")
        if len(kept) > _SLUG + 1:
            break
    return _cut("".join(kept), _SLUG).strip("-") or "image"


def check_template(template: str) -> None:
    """UsageError when a template has unknown fields, stray braces or no file name at its end."""
    for found in _PIECES.finditer(template):
        if found["stray"]:
            raise UsageError(
                f"The template `{template}` has a lone `{found['stray']}`.",
                hint="write `{{` and `}}` for braces in the name itself",
            )
        if found["field"] is not None and not _known(found["field"]):
            raise _unknown_field(template, found["field"])
    if template.rpartition("/")[2] in ("", ".", ".."):
        raise UsageError(
            f"The template `{template}` names no file.", hint=f"end it with a file name, such as `{DEFAULT_TEMPLATE}`"
        )


def expand(template: str, fields: Mapping[str, str | None], job_id: str) -> str:
    """The path made from a template and its fields' values. Only `/` in the template, not in values, makes directories.

    A field that is None, missing or empty after cleaning becomes the job id. The field `ext` decides the suffix.
    UsageError as in `check_template`.
    """
    check_template(template)
    *directories, name = [_component(part, fields, job_id) for part in template.split("/")]
    ending = fields.get("ext")
    if ending:
        name = with_extension(name, ending)
    return "/".join([*directories, _shortened(name, LONGEST_NAME)])


def filled(template: str, field: str, value: str) -> str:
    """The template with one field replaced by its value; the rest stays a template."""
    safe = value.replace("{", "{{").replace("}", "}}")
    return _PIECES.sub(lambda found: safe if found["field"] == field else found[0], template)


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
    return path.with_name(_shortened(path.name, LONGEST_NAME, ending=f"-{n}"))


def _known(field: str) -> bool:
    return field in FIELDS or (field.startswith("meta.") and len(field) > len("meta."))


def _unknown_field(template: str, field: str) -> UsageError:
    from difflib import get_close_matches

    close = get_close_matches(field.strip().lower(), FIELDS, n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"fields are {', '.join(FIELDS)} and meta.NAME"
    return UsageError(f"The template `{template}` has an unknown field `{{{field}}}`.", hint=hint, about="output")


def _component(part: str, fields: Mapping[str, str | None], job_id: str) -> str:
    """One directory or file name, from a part of the template. Keeps literal text, even `..`, and cleans values."""
    return _cut("".join(_rendered(part, fields, job_id)), _COMPONENT)


def _rendered(part: str, fields: Mapping[str, str | None], job_id: str) -> Iterator[str]:
    at = 0
    for found in _PIECES.finditer(part):
        yield part[at : found.start()]
        yield found["brace"][0] if found["brace"] else _value(fields.get(found["field"])) or job_id
        at = found.end()
    yield part[at:]


def _value(value: str | None) -> str:
    """A value cleaned for a file name: no separators, no invisible characters, no leading dot. May become empty."""
    cleaned = (c if (c.isprintable() and c != "/") or c in _JOINERS else "-" for c in (value or "")[:_COMPONENT])
    return "".join(cleaned).strip().lstrip(".")


def _shortened(name: str, limit: int, *, ending: str = "") -> str:
    """The name with `ending` before its suffix, its stem cut to make the whole fit into `limit` bytes."""
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > 5:  # a leading dot, or one far from the end, starts no suffix
        stem, dot, suffix = name, "", ""
    rest = f"{ending}{dot}{suffix}"
    return _cut(stem, limit - len(_bytes(rest))) + rest


def _cut(text: str, limit: int) -> str:
    """The text cut to `limit` bytes of UTF-8, never inside a character or between a letter and its marks."""
    if len(_bytes(text)) <= limit:
        return text
    end = min(len(text), limit)
    while len(_bytes(text[:end])) > limit:
        end -= 1
    whole = end
    while whole and _is_mark(text[whole]):
        whole -= 1
    return text[: whole or end]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _is_mark(character: str) -> bool:
    """Whether a character is a combining mark; variation selectors, which only style a character, are not."""
    return unicodedata.category(character) in ("Mn", "Mc") and not unicodedata.name(character, "").startswith(
        "VARIATION SELECTOR"
    )
