"""The columns that a prompt file may have, and the error and hint for any other name."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from flux2cli import quotes
from flux2cli.catalog import PARAMETERS, Route
from flux2cli.core.request.synonyms import plain
from flux2cli.providers import registry

TEXTS = ("id", "variant", "provider", "output", "label")
"""Columns besides the parameters; their values are text."""

LISTS = ("image", "lora")
"""Columns that may be repeated, like their flags."""

SIZES = ("width", "height", "aspect_ratio")
"""Columns that stand for `size`: the first two together, or the third."""

COLUMNS = (*TEXTS, *(name for name, parameter in PARAMETERS.items() if parameter.kind != "secret"), *SIZES)
"""Every column but `meta.NAME`. Secrets are left out: they do not belong in a prompt file."""

_KNOWN = frozenset(COLUMNS)
_META = re.compile(r"meta\.([\w-]+)", re.IGNORECASE)
_ILLEGAL = re.compile(r"[^\w-]+")
_LONGEST = 100
"""Characters up to which a name is compared with the known ones. Complaints are cached, so they must stay small."""

_NO_SUCH = "There is no such column."
_SYNONYMS = {
    "text": "prompt", "caption": "prompt", "prompts": "prompt", "positive_prompt": "prompt",
    "negative": "negative_prompt", "n": "num", "count": "num", "model": "variant",
    "cfg": "guidance", "cfg_scale": "guidance", "ratio": "aspect_ratio", "aspect": "aspect_ratio",
    "resolution": "size", "dimensions": "size", "reference": "image", "reference_image": "image",
}  # fmt: skip
"""Columns by the names that other tools and people give them, where the spelling does not tell."""


class Complaint(NamedTuple):
    """A sentence about a column, which does not name it, a hint, and the column that is meant if one is likely."""

    what: str
    hint: str
    meant: str | None = None


def column_named(name: str) -> str | None:
    """The column that a name in a file stands for, without regard to case and to blanks around it; None for none.

    NAME of `meta.NAME` has letters and digits of any script, `_` and `-`, and keeps its case.
    """
    text = name.strip()
    if text.lower() in _KNOWN:
        return text.lower()
    meta = _META.fullmatch(text)
    return f"meta.{meta[1]}" if meta else None


def meta_name(name: str) -> str | None:
    """The `meta.NAME` for a column of one's own; what NAME may not have becomes `_`. None without any letter."""
    legal = _ILLEGAL.sub("_", re.sub(r"^\s*meta\.", "", name, flags=re.IGNORECASE)).strip("_")
    return f"meta.{legal}" if legal else None


def complaint_about(name: str) -> Complaint:
    """The complaint about a name for which there is no column."""
    if len(name) > _LONGEST:
        return Complaint(_NO_SUCH, _keep("meta.NAME"))
    return _complaint(name, registry.routes())


def is_secret(name: str) -> bool:
    """Whether the column would hold a secret, which no file may have, whatever the column is called there."""
    return plain(name).startswith("webhook_secret")


def is_misspelt(name: str) -> bool:
    """Whether the name is a column but for its punctuation, `Negative Prompt`: to keep it as another would lose it."""
    return column_named(name) is None and plain(name) in _KNOWN


def shown(name: str) -> str:
    """The name, cut to 40 characters for a message."""
    return quotes.shown(name, 40).encode("utf-8", "replace").decode("utf-8")  # JSON escapes can make lone surrogates


@lru_cache(maxsize=1024)  # an unknown column tends to be in every row
def _complaint(name: str, routes: tuple[Route, ...]) -> Complaint:
    word = plain(name)
    if is_secret(name):
        return Complaint("A secret has no place in a prompt file.", "give --webhook-secret-file for the whole run")
    if word == "meta" or word.startswith("meta."):
        if meta := _META.fullmatch(word):
            return Complaint(_NO_SUCH, f"did you mean `meta.{meta[1]}`?")
        return Complaint("What follows `meta.` is no name.", "use letters, digits, `_` and `-`, as in `meta.scene`")
    meant = word if word in _KNOWN else _SYNONYMS.get(word) or _aliases(routes).get(word) or _near(word)
    if meant is not None:
        return Complaint(_NO_SUCH, f"did you mean `{meant}`?", meant)
    return Complaint(_NO_SUCH, _keep(meta_name(name) or "meta.NAME"))


def _near(word: str) -> str | None:
    """The column that is spelt much like it: `promt`, `seeds`; not `model` for `mode`, nor `notes` for `steps`."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, COLUMNS, n=1, cutoff=0.82)), None)


@cache
def _aliases(routes: tuple[Route, ...]) -> dict[str, str]:
    """Columns by the other names of their parameters: flags, and the providers' field names."""
    wires = {wire: name for route in routes for name, field in route.fields.items() for wire in field.wires}
    flags = {
        flag.lstrip("-").replace("-", "_"): name for name, parameter in PARAMETERS.items() for flag in parameter.flags
    }
    return {alias: name for alias, name in {**wires, **flags}.items() if name in _KNOWN}


def _keep(name: str) -> str:
    return f"call it `{name}` to keep it beside the image, or keep all such columns with --meta-columns"
