"""Parses LoRA weights: a URL or a Hugging Face id, with or without a scale."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_NUMBER = re.compile(r"\d+(\.\d*)?|\.\d+")
MOST = 4.0
"""The largest scale; any other text after a colon belongs to the path."""


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


def parse_lora(value: object) -> Lora | None:
    """Parses `PATH` or `PATH:SCALE`, or an object with `path` and `scale`; None for anything else.

    Splits the text at its last colon only if a number from 0 to 4 follows it: `https://host:8443/a` is a path.
    """
    if isinstance(value, Lora):
        return value
    if isinstance(value, Mapping):
        return _from_object(value)
    text = str(value).strip()
    path, colon, last = text.rpartition(":")
    if colon and path and _NUMBER.fullmatch(last) and float(last) <= MOST:
        return Lora(path, float(last))
    return Lora(text) if text else None


def _from_object(value: Mapping[object, object]) -> Lora | None:
    path, scale = value.get("path"), value.get("scale")
    if not isinstance(path, str) or not path or set(value) - {"path", "scale"}:
        return None
    if scale is None:
        return Lora(path)
    usable = isinstance(scale, int | float) and not isinstance(scale, bool) and 0 <= scale <= MOST
    return Lora(path, float(str(scale))) if usable else None
