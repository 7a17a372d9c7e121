"""What a prompt file may say about a row: the names of columns and keys, and what is wrong with any other name."""

import re
from functools import cache, lru_cache

from flux2cli.catalog import PARAMETERS, ROUTES
from flux2cli.core.request.messages import suggest

TEXTS = ("id", "variant", "provider", "output", "label")
"""What a row says besides parameters; always text."""

LISTS = ("image", "lora")
"""What a row may give several times, like its flag."""

COLUMNS = (*TEXTS, *(name for name, parameter in PARAMETERS.items() if parameter.kind != "secret"))
"""Every column except those of `meta.NAME`. Secrets have no place in a file of prompts."""

_KNOWN = frozenset(COLUMNS)
_META = re.compile(r"meta\.[\w-]+")
_LONGEST = 100
"""Characters of a name that may be meant for a known one. What is said about it is kept, so it must not be large."""

Complaint = tuple[str, str | None]
"""A sentence about a column, without its name, and a hint."""


def is_meta(name: str) -> bool:
    """Whether it is `meta.NAME`, where NAME has letters, digits, `_` and `-` of any script and case."""
    return _META.fullmatch(name) is not None


def check_column(name: str) -> Complaint | None:
    """None for a column that exists; names are exact, in lower case and without blanks around them."""
    if name in _KNOWN or is_meta(name):
        return None
    if len(name) > _LONGEST:
        return "There is no such column.", _known_names()
    return _complaint(name)


def shown(name: str) -> str:
    """A name that may come from anywhere, short enough for a message."""
    short = name if len(name) <= 40 else f"{name[:37]}..."
    return short.encode("utf-8", "replace").decode("utf-8")  # JSON can make half characters


@lru_cache(maxsize=1024)  # a column that is wrong tends to be wrong in every row
def _complaint(name: str) -> Complaint:
    plain = name.strip().lower().lstrip("-").replace("-", "_").replace(" ", "_")
    if plain == "meta" or plain.startswith("meta."):
        if is_meta(plain):
            return "There is no such column.", f"did you mean `{plain}`?"
        return "What follows `meta.` is no name.", "use letters, digits, `_` and `-`, as in `meta.scene`"
    if plain.startswith("webhook_secret"):
        return "A secret has no place in a prompt file.", "give --webhook-secret-file for the whole run"
    meant = plain if plain in _KNOWN else _other_names().get(plain)
    if meant is not None:
        return "There is no such column.", f"did you mean `{meant}`?"
    near = suggest(plain, COLUMNS)
    return "There is no such column.", near if near.startswith("did you") else _known_names()


@cache
def _other_names() -> dict[str, str]:
    """What else a parameter is called: by its flags, and by the providers."""
    wires = {wire: name for route in ROUTES for name, field in route.fields.items() for wire in field.wires}
    flags = {
        flag.lstrip("-").replace("-", "_"): name for name, parameter in PARAMETERS.items() for flag in parameter.flags
    }
    return {other: name for other, name in {**wires, **flags}.items() if name in _KNOWN}


def _known_names() -> str:
    return f"known: {', '.join(COLUMNS)}, meta.NAME"
