"""A validated request to one route."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flux2cli.catalog import PRESETS, Mode, Route
from flux2cli.catalog.lora import Lora
from flux2cli.catalog.model import Values
from flux2cli.catalog.sizes import Pixels, Size
from flux2cli.core.request.reference import Reference
from flux2cli.redact import redact_json, redact_url
from flux2cli.wire import JsonObject, Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A validated request: the route, the given values (no defaults), and warnings.

    `values` is keyed by parameter names, without `image` (see `references`) and without parameters that select a
    route. `delivery` holds the webhook and its secret. `extra` holds the fields of `--param`, keyed by wire names.
    """

    route: Route
    values: Values
    references: tuple[Reference, ...] = ()
    delivery: Mapping[str, str | Secret] = field(default_factory=dict)
    extra: JsonObject = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def mode(self) -> Mode:
        """What the request does: `text`, `edit` or `outpaint`. On a route for both, references make it an edit."""
        if self.route.mode == "either":
            return "edit" if self.references else "text"
        return self.route.mode

    @property
    def count(self) -> int:
        """The number of images to make."""
        number = self.values.get("num", 1)
        return number if isinstance(number, int) else 1

    @property
    def size(self) -> Pixels | None:
        """The requested width and height in pixels; None if the model decides."""
        size = self.values.get("size")
        return (size.width, size.height) if isinstance(size, Size) else PRESETS.get(str(size))

    @property
    def key(self) -> str:
        """The request key: a hash of provider, endpoint, given values and contents of the inputs.

        Secrets in URLs are no part of it.
        """
        values = {name: _plain(value) for name, value in self.values.items()}
        return self._hash(values, [r.identity for r in self.references], redact_json(self.extra, None))

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys under which the request may be on record, the present one first."""
        former = self.former_key
        return (self.key,) if former is None else (self.key, former)

    @property
    def former_key(self) -> str | None:
        """The key of this request in records of 0.1.0, in which secrets of URLs were a part of it; None if it is `key`.

        What was paid for under that key is not paid for again.
        """
        if not (self.extra or "lora" in self.values or any(r.url for r in self.references)):
            return None
        values = {name: _whole(value) for name, value in self.values.items()}
        former = self._hash(values, [r.whole_identity for r in self.references], self.extra)
        return former if former != self.key else None

    def _hash(self, values: Values, references: Sequence[str], extra: object) -> str:
        parts = [self.route.provider, self.route.endpoint, values, references, extra]
        text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def with_references(self, references: Sequence[Reference]) -> "Request":
        """The request with other references, after its files were read or uploaded."""
        return replace(self, references=tuple(references))


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Lora):
        return _whole(replace(value, path=redact_url(value.path, None)))
    return _whole(value)


def _whole(value: object) -> object:
    """The value with its URLs as they were given."""
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return str(value) if isinstance(value, Size | Lora) else value
