"""Recognises what is no part of an API key in its text: quotes, a variable's name, a header's. Quotes none of it."""

import re
from typing import NamedTuple

_QUOTES = "\"'`\u2018\u2019\u201c\u201d"
_ASSIGNMENT = re.compile(r"(export\s+|set\s+)?[a-z0-9_]*(key|token|secret|key_id)\s*=(?=[^=])", re.IGNORECASE)
_HEADER = re.compile(r"((x-key|authorization)\s*:|(key|bearer|token|basic)(\s|$))", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"<.*>|\.{3,}|\u2026+|x{3,}|\*{3,}|\$.*"
    r"|(your|paste|insert|replace|put|enter)[-_ ].*(key|token|secret|here|this|me).*|change[-_ ]?me|todo",
    re.IGNORECASE,
)
_LONGEST_PLACEHOLDER = 100
"""Characters."""


class NotTheKey(NamedTuple):
    """Why a text is no key: `clause` follows its subject, as in "has quotes around it"; `hint` says what to do."""

    clause: str
    hint: str


def check_key_text(key: str) -> NotTheKey | None:
    """What is wrong with a key, which has no blanks around it; None if it may be one."""
    if _ASSIGNMENT.match(key):
        return NotTheKey("begins with the name of a variable", "leave out everything up to the `=`")
    if key and (key[0] in _QUOTES or key[-1] in _QUOTES):
        return NotTheKey("has quotes around it", "leave the quotes out")
    if _HEADER.match(key):
        return NotTheKey("begins with a word of the header that it is sent in", "give the key alone")
    if len(key) <= _LONGEST_PLACEHOLDER and _PLACEHOLDER.fullmatch(key):
        return NotTheKey("is a placeholder, not a key", "copy the key from the provider's page")
    if not key.isascii():
        return NotTheKey("has characters in it that no key has", "copy it again from the provider's page")
    if any(character <= " " or character == "\x7f" for character in key):
        return NotTheKey("has spaces or line breaks inside", "a key is one word; copy it again")
    return None
