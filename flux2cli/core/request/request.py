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
        extra = redact_json(self.extra, None)
        parts = [self.route.provider, self.route.endpoint, values, [r.identity for r in self.references], extra]
        text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def with_references(self, references: Sequence[Reference]) -> "Request":
        """The request with other references, after its files were read or uploaded."""
        return replace(self, references=tuple(references))


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Lora):
        return str(replace(value, path=redact_url(value.path, None)))
    return str(value) if isinstance(value, Size) else value
