"""Writes JSON as text: always valid, and nothing in it that a terminal or a CI runner obeys."""

import json
import re

_ESCAPED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]|##\\[")
"""What is escaped beyond JSON's own rules: C1 controls, marks that reorder text, halves of surrogate pairs, and `##[`,
by which a line of output is a command to GitHub's runner wherever it stands. JSON has all of these in texts only."""


def json_text(document: object, *, indent: int | None = None) -> str:
    """The document as JSON. What JSON cannot hold, such as NaN, becomes null."""
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=indent)
    except ValueError:
        text = json.dumps(_storable(document), ensure_ascii=False, allow_nan=False, indent=indent)
    return _ESCAPED.sub(_escape, text)


def ledger_text(value: object) -> str:
    """The value as JSON in ASCII, with read-only mappings as objects. What JSON cannot hold becomes null."""
    try:
        return json.dumps(value, default=dict, allow_nan=False)
    except ValueError:
        return json.dumps(_storable(value), default=dict, allow_nan=False)


def _storable(value: object) -> object:
    from flux2cli.wire import storable  # few documents need it, and a start that prints one need not load it

    return storable(value)


def _escape(found: re.Match[str]) -> str:
    return "#\\u0023[" if found[0] == "##[" else f"\\u{ord(found[0]):04x}"
