"""Parses LoRA weights: a URL or a Hugging Face id, with or without a scale."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flux2cli.catalog.weights_path import LoraError as LoraError
from flux2cli.catalog.weights_path import check_path

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_NUMBER_LIKE = re.compile(r"[+-]?[\d.,]+")
MOST = 4.0
"""The largest scale."""


@dataclass(frozen=True, slots=True)
class Lora:
    """Weights by `path`, and their `scale`, None if it was not given."""

    path: str
    scale: float | None = None

    def __str__(self) -> str:
        return self.path if self.scale is None else f"{self.path}:{self.scale:g}"

    def wire(self) -> dict[str, str | float]:
        """The JSON object of a request; it has a scale only if one was given."""
        return {"path": self.path} if self.scale is None else {"path": self.path, "scale": self.scale}


def parse_lora(value: object) -> Lora:
    """Parses `PATH` or `PATH:SCALE`, or an object with `path` and `scale`; LoraError for anything else.

    The number behind the last colon is the scale: `https://host:8443/a` has none.
    """
    if isinstance(value, Lora):
        return value
    if isinstance(value, Mapping):
        return _from_object(value)
    if not isinstance(value, str):
        raise LoraError("names no LoRA weights")
    path, scale = _split(value.strip())
    return _checked(path, scale)


def _split(text: str) -> tuple[str, object]:
    """The path, and the number behind its last colon, if there is one and it is no port."""
    path, colon, last = text.rpartition(":")
    if not colon or path.endswith(("//", "/")) or re.fullmatch(r"\w+://[^/?#]*", text):
        return text, None
    if _NUMBER.fullmatch(last):
        return path, float(last)
    return (path, last) if _NUMBER_LIKE.fullmatch(last) else (text, None)


def _from_object(value: Mapping[object, object]) -> Lora:
    path, scale = value.get("path"), value.get("scale")
    more = sorted(str(name) for name in set(value) - {"path", "scale"})
    if more:
        raise LoraError(f"has `{more[0]}` in it", hint='for example {"path": "owner/weights", "scale": 0.8}')
    if not isinstance(path, str):
        raise LoraError("names no LoRA weights")
    found, within = _split(path.strip())
    if within is not None and scale is not None:
        raise LoraError("has two scales", hint=f'for example {{"path": "{found}", "scale": 0.8}}')
    return _checked(found, within if scale is None else scale)


def _checked(path: str, scale: object) -> Lora:
    """The weights; LoraError for a scale that is out of range, or a path that no provider can load."""
    if not path:
        raise LoraError("names no LoRA weights")
    check_path(path)
    if scale is None:
        return Lora(path)
    hint = "a scale is a number from 0 to 4, as in owner/weights:0.8"
    if isinstance(scale, bool) or not isinstance(scale, int | float):
        raise LoraError("has a scale that is not a number", hint=hint)
    if not 0 <= scale <= MOST:
        raise LoraError(f"has a scale {'below 0' if scale < 0 else 'above 4'}", hint=hint)
    return Lora(path, float(str(scale)))
