"""Recognises text that is plainly no prompt, or no list of prompts: JSON, tables, flags, YAML, web pages.

Careful rather than thorough: a prompt may hold braces, quotes, colons and commas, and `portrait: a man, 50mm` is one.
"""

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from flux2cli.catalog import PARAMETERS
from flux2cli.core.batch.column_rules import ColumnRules
from flux2cli.core.batch.columns import column_named
from flux2cli.core.batch.row import Format

SAMPLE = 20
"""Lines that are looked at together."""


class Found(NamedTuple):
    """What a text is, as in "is JSON"; the format that reads it, None if none does; the index of the line."""

    what: str
    format: Format | None
    at: int = 0


_FLAGS = frozenset(("--prompt", *(f for row in PARAMETERS.values() for f in row.flags if f.startswith("--"))))
_SEPARATORS: tuple[tuple[str, Format], ...] = (("\t", "tsv"), (";", "csv"), (",", "csv"))
_FLAG = re.compile(r'(?:"[^"]*"\s+)?(--[a-z][a-z_-]*)(?=[ =]|$)')
_COMMAND = re.compile(r"""(?:\$\s*)?flux2\s+\w+\s+["'-]""")
_PARAMETERS = re.compile(r"Negative prompt: |Steps: [0-9]+, ")
"""Beginnings of the lines below a prompt that other tools write into their images and text files."""
_SIDES = {"positive": "prompt", "negative": "negative_prompt"}
_JSON_START = re.compile(r'[\[{]$|\{\s*"[^"]*"\s*:|\[\s*[\[{"]')
_YAML_PAIR = re.compile(r"(?:-\s+)?([A-Za-z_ ]{1,30}):(?:\s|$)")
_YAML_BLOCK = re.compile(r"prompts?:\s*[|>][-+]?$", re.IGNORECASE)
_PAGE = re.compile(r"<(!doctype|html|\?xml|svg)\b", re.IGNORECASE)
_HEADING = re.compile(r"[\w .-]{0,30}")
_RULES = ColumnRules()


def in_lines(lines: Sequence[str]) -> Found | None:
    """What the first lines of a file are, if they are plainly no prompts. Without blank lines and comments."""
    if not lines:
        return None
    if _PAGE.match(lines[0]):
        return Found("a web page or XML", None)
    if _begins_json(lines[0]):
        return Found("JSON", "json" if lines[0].startswith("[") else "jsonl")
    single = (in_line(line, at) for at, line in enumerate(lines))
    return _table(lines) or _yaml(lines) or next(filter(None, single), None)


def in_line(line: str, at: int = 0) -> Found | None:
    """What a line is, if it is plainly no prompt: JSON, a command, parameters, flags, also behind a quoted prompt."""
    if line.startswith("{") and isinstance(_json(line.rstrip(",")), dict):
        return Found("JSON", "jsonl", at)
    if _COMMAND.match(line):
        return Found("a command", None, at)
    if _PARAMETERS.match(line):
        return Found("another tool's parameters", None, at)
    flag = _FLAG.match(line)
    if flag and flag[1].replace("_", "-") in _FLAGS:
        return Found("a line of flags", None, at)
    return None


def in_prompt(text: str) -> Found | None:
    """What a text is that should be one prompt, if it is plainly a list of prompts. An object of other keys is one."""
    lines = [line.strip() for line in text.splitlines()[:SAMPLE] if line.strip()]
    if not lines or _PAGE.match(lines[0]):
        return Found("a web page or XML", None) if lines else None
    if lines[0].startswith(("{", "[")):
        whole = _json(text)
        if _has_prompts(whole) or _has_prompts(_json(lines[0])):
            return Found("JSON", "json" if isinstance(whole, list) else "jsonl")
        return None
    return _table(lines) or _yaml(lines) or in_line(lines[0])


def _begins_json(line: str) -> bool:
    return _JSON_START.match(line) is not None and (line[-1] in "{[," or bool(_json(line)))


def _json(text: str) -> object:
    """The value, None for text that is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _has_prompts(value: object) -> bool:
    """Whether the value is a row, or a list of rows or texts. An object without a prompt may be one itself."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, str) or _has_prompts(item) for item in value)
    return isinstance(value, dict) and "prompt" in map(column_named, value)


def _table(lines: Sequence[str]) -> Found | None:
    """A header of columns: one of them is `prompt`, or all are known, and the rows below have as many cells."""
    first, below = lines[0], lines[1:]
    if first.lower().startswith(("sep=", '"sep=')):
        return Found("a table", "csv")
    if below and first.strip('"').lower() == "prompt":
        return Found("a table with a header", "csv")
    for separator, form in _SEPARATORS:
        names = [name.strip(' "') for name in first.split(separator)]
        alike = sum(line.count(separator) >= len(names) - 1 for line in below)
        if len(names) > 1 and alike * 2 >= len(below) and _is_header(names, rows=bool(below)):
            return Found("a table with a header", form)
    return None


def _is_header(names: Sequence[str], *, rows: bool) -> bool:
    """Whether these are columns, with rows below or without: then one has to be `prompt`, and all have to be known."""
    known = [_RULES.knows(name) for name in names if name]
    has_prompt = "prompt" in map(column_named, names)
    return (
        all(_HEADING.fullmatch(name) for name in names)
        and any(known)
        and (has_prompt or all(known))
        and (rows or (has_prompt and all(known)))
    )


def _yaml(lines: Sequence[str]) -> Found | None:
    """A list of rows with a `prompt:`, several known keys, a list or a block below `prompts:`, or these after `---`."""
    if lines[0] == "---":
        return _yaml(lines[1:]) if len(lines) > 1 else None
    pairs = [_YAML_PAIR.match(line) for line in lines]
    keys = [pair[1].strip().lower() if pair else None for pair in pairs]
    known = {_SIDES.get(key, key) for key in keys if key is not None and (column_named(key) or key in _SIDES)}
    dashed = lines[0].startswith("- ") and _SIDES.get(keys[0] or "", keys[0]) in known
    several = len(known) > 1 and keys.count(None) * 2 <= len(keys)
    listed = lines[0].lower() in ("prompt:", "prompts:") and len(lines) > 1 and lines[1].startswith("- ")
    is_yaml = listed or _YAML_BLOCK.match(lines[0]) or ("prompt" in known and (dashed or several))
    return Found("YAML", None) if is_yaml else None
