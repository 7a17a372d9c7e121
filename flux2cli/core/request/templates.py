"""Templates of file names: their fields, checked before anything is sent, and the paths made from them."""

import re
from collections.abc import Iterator, Mapping

from flux2cli.core.request.file_names import LONGEST_NAME, cut, shortened, with_extension
from flux2cli.core.request.safe_names import safe_value, without_device
from flux2cli.core.request.synonyms import meant
from flux2cli.errors import UsageError

DEFAULT_TEMPLATE = "{slug}-{seed}.{ext}"

NUMBERS = ("seed", "index", "row", "row0")
"""The fields that are whole numbers, and so may have a width: `{row:05}`."""

FIELDS = (
    "variant", "provider", "seed", "index", "slug", "prompt", "row", "row0", "id", "date", "time", "request_id", "ext",
    "label",
)  # fmt: skip
"""The fields of a template, besides `meta.NAME`."""

_LONGEST_DIRECTORY = 255
_PIECES = re.compile(r"(?P<brace>\{\{|\}\})|\{(?P<name>[^{}:]*)(?P<width>:[^{}]*)?\}|(?P<stray>[{}])")
_WIDTH = re.compile(r":0[1-9][0-9]?")


def check_template(template: str) -> None:
    """UsageError when a template has unknown fields, wrong widths, stray braces or no file name at its end."""
    for found in _PIECES.finditer(template):
        if found["stray"]:
            raise UsageError(
                f"The template `{template}` has a lone `{found['stray']}`.",
                hint="write `{{` and `}}` for braces in the name itself",
                about="output",
            )
        if found["name"] is not None and not _known(found["name"]):
            raise _unknown_field(template, found["name"])
        if found["width"] is not None:
            _check_width(template, found["name"], found["width"])
    if template.rpartition("/")[2] in ("", ".", ".."):
        raise UsageError(
            f"The template `{template}` names no file.",
            hint=f"end it with a file name, such as `{DEFAULT_TEMPLATE}`",
            about="output",
        )


def fields_of(template: str) -> list[str]:
    """The names of the template's fields."""
    return [found["name"] for found in _PIECES.finditer(template) if found["name"] is not None]


def meta_names(template: str) -> list[str]:
    """The names of the template's `meta.NAME` fields."""
    names = (found["name"] or "" for found in _PIECES.finditer(template))
    return [name[len("meta.") :] for name in names if name.startswith("meta.")]


def expand(template: str, fields: Mapping[str, str | None], job_id: str) -> str:
    """The path made from a template and its fields' values. Only `/` in the template, not in values, makes directories.

    A field that is None, missing or empty after cleaning becomes the job id. The field `ext` decides the suffix. Names
    that are too long are cut: an image that is paid for is saved. UsageError as in `check_template`.
    """
    *directories, name = whole_names(template, fields, job_id)
    short = [cut(directory, _LONGEST_DIRECTORY) for directory in directories]
    return "/".join([*short, shortened(name, LONGEST_NAME)])


def whole_names(template: str, fields: Mapping[str, str | None], job_id: str) -> list[str]:
    """The names of `expand`'s path, of its directories and of the file, before they are cut."""
    check_template(template)
    *directories, name = [_component(part, fields, job_id) for part in template.split("/")]
    ending = fields.get("ext")
    return [*directories, with_extension(name, ending) if ending else name]


def filled(template: str, values: Mapping[str, str]) -> str:
    """The template with these fields replaced by their values; the rest stays a template."""

    def fill(found: re.Match[str]) -> str:
        if found["name"] not in values:
            return found[0]
        return _padded(values[found["name"]], found["width"]).replace("{", "{{").replace("}", "}}")

    return _PIECES.sub(fill, template)


def _known(field: str) -> bool:
    return field in FIELDS or (field.startswith("meta.") and len(field) > len("meta."))


def _unknown_field(template: str, field: str) -> UsageError:
    near = meant(field, FIELDS)
    hint = f"did you mean `{near}`?" if near else f"fields are {', '.join(FIELDS)} and meta.NAME"
    return UsageError(f"The template `{template}` has an unknown field `{{{field}}}`.", hint=hint, about="output")


def _check_width(template: str, field: str, width: str) -> None:
    if field not in NUMBERS:
        raise UsageError(
            f"The template `{template}` gives `{{{field}}}` a width, and it is no whole number.",
            hint=f"these take one: {', '.join(NUMBERS)}",
            about="output",
        )
    if not _WIDTH.fullmatch(width):
        raise UsageError(
            f"The template `{template}` has a width that is none: `{{{field}{width}}}`.",
            hint=f"for five digits, filled up with zeros: `{{{field}:05}}`",
            about="output",
        )


def _component(part: str, fields: Mapping[str, str | None], job_id: str) -> str:
    """One directory or file name, from a part of the template. Keeps literal text, even `..`, and cleans values."""
    name = "".join(_rendered(part, fields, job_id))
    first = next((found.start() for found in _PIECES.finditer(part) if found["name"] is not None), None)
    is_typed = first is None or "." in part[:first]
    return name if is_typed else without_device(name)


def _rendered(part: str, fields: Mapping[str, str | None], job_id: str) -> Iterator[str]:
    at = 0
    for found in _PIECES.finditer(part):
        yield part[at : found.start()]
        value = None if found["brace"] else _value(fields, found["name"])
        yield found["brace"][0] if found["brace"] else _inserted(value, found["width"]) or job_id
        at = found.end()
    yield part[at:]


def _value(fields: Mapping[str, str | None], name: str) -> str | None:
    """The value of a field; of `meta.NAME` also if it is spelt in other capitals, as columns may be."""
    if name in fields or not name.startswith("meta."):
        return fields.get(name)
    return next((value for field, value in fields.items() if field.lower() == name.lower()), None)


def _inserted(value: str | None, width: str | None) -> str:
    """What a field inserts into a name, without a value an empty text."""
    return "" if value is None else _padded(safe_value(value), width)


def _padded(value: str, width: str | None) -> str:
    """A whole number, filled up with zeros to the width of its field."""
    return value.zfill(int(width[1:])) if width and value else value
