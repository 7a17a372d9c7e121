"""The columns that a prompt file may have, and the error and hint for any other name."""

import re
from functools import cache, lru_cache

from flux2cli.catalog import PARAMETERS, Route
from flux2cli.core.request.messages import suggest
from flux2cli.providers import registry

TEXTS = ("id", "variant", "provider", "output", "label")
"""Columns besides the parameters; their values are text."""

LISTS = ("image", "lora")
"""Columns that may be repeated, like their flags."""

COLUMNS = (*TEXTS, *(name for name, parameter in PARAMETERS.items() if parameter.kind != "secret"))
"""Every column but `meta.NAME`. Secrets are left out: they do not belong in a prompt file."""

_KNOWN = frozenset(COLUMNS)
_META = re.compile(r"meta\.[\w-]+")
_LONGEST = 100
"""Characters up to which a name is compared with the known ones. Complaints are cached, so they must stay small."""

Complaint = tuple[str, str | None]
"""A sentence about a column, which does not name it, and a hint."""


def is_meta(name: str) -> bool:
    """Whether the name is `meta.NAME`; NAME has letters and digits of any script, `_` and `-`."""
    return _META.fullmatch(name) is not None


def check_column(name: str) -> Complaint | None:
    """The complaint about a column that does not exist, None for one that does. Names must match exactly."""
    if name in _KNOWN or is_meta(name):
        return None
    if len(name) > _LONGEST:
        return "There is no such column.", _known_names()
    return _complaint(name, registry.routes())


def shown(name: str) -> str:
    """The name, cut to 40 characters for a message."""
    short = name if len(name) <= 40 else f"{name[:37]}..."
    return short.encode("utf-8", "replace").decode("utf-8")  # JSON escapes can make lone surrogates


@lru_cache(maxsize=1024)  # an unknown column tends to be in every row
def _complaint(name: str, routes: tuple[Route, ...]) -> Complaint:
    plain = name.strip().lower().lstrip("-").replace("-", "_").replace(" ", "_")
    if plain == "meta" or plain.startswith("meta."):
        if is_meta(plain):
            return "There is no such column.", f"did you mean `{plain}`?"
        return "What follows `meta.` is no name.", "use letters, digits, `_` and `-`, as in `meta.scene`"
    if plain.startswith("webhook_secret"):
        return "A secret has no place in a prompt file.", "give --webhook-secret-file for the whole run"
    meant = plain if plain in _KNOWN else _aliases(routes).get(plain)
    if meant is not None:
        return "There is no such column.", f"did you mean `{meant}`?"
    near = suggest(plain, COLUMNS)
    return "There is no such column.", near if near.startswith("did you") else _known_names()


@cache
def _aliases(routes: tuple[Route, ...]) -> dict[str, str]:
    """Columns by the other names of their parameters: flags, and the providers' field names."""
    wires = {wire: name for route in routes for name, field in route.fields.items() for wire in field.wires}
    flags = {
        flag.lstrip("-").replace("-", "_"): name for name, parameter in PARAMETERS.items() for flag in parameter.flags
    }
    return {alias: name for alias, name in {**wires, **flags}.items() if name in _KNOWN}


def _known_names() -> str:
    return f"known: {', '.join(COLUMNS)}, meta.NAME"
