"""Builds a validated request for one route from given parameters, with warnings; or raises what is wrong with them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flux2cli.catalog import PARAMETERS, PRESETS, Mode, Route
from flux2cli.catalog.canvas import LARGEST_CANVAS, canvas_of
from flux2cli.catalog.lora import Lora
from flux2cli.catalog.sizes import Pixels, Size
from flux2cli.core.request.messages import flag_of, pixels_in_words
from flux2cli.core.request.reference import Reference
from flux2cli.core.request.route import choose_route, takers
from flux2cli.core.request.validate import on_grid, read_given
from flux2cli.errors import UsageError, WrongValue
from flux2cli.wire import Secret

__all__ = ["Request", "build", "choose_route"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A validated request: the route, the given values (no defaults), and warnings.

    `values` is keyed by parameter names, without `image` (see `references`) and without parameters that select a
    route. `delivery` holds the webhook and its secret. `extra` holds the fields of `--param`, keyed by wire names.
    """

    route: Route
    values: Mapping[str, object]
    references: tuple[Reference, ...] = ()
    delivery: Mapping[str, str | Secret] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)
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
        """Width and height that it asks for, in pixels; None where it leaves them open."""
        size = self.values.get("size")
        return (size.width, size.height) if isinstance(size, Size) else PRESETS.get(str(size))

    @property
    def key(self) -> str:
        """The request key: a hash of provider, endpoint, given values and contents of the inputs."""
        values = {name: _plain(value) for name, value in self.values.items()}
        parts = [self.route.provider, self.route.endpoint, values, [r.identity for r in self.references], self.extra]
        text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def with_references(self, references: Sequence[Reference]) -> "Request":
        """The request with other references, after its files were read or uploaded."""
        return replace(self, references=tuple(references))


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Size | Lora) else value


def build(
    variant: str,
    provider: str,
    given: Mapping[str, object],
    references: Sequence[Reference] = (),
    extra: Mapping[str, object] | None = None,
    *,
    mode: Mode | None = None,
    route: Route | None = None,
) -> Request:
    """Validate the parameters of one request; UsageError about the first one that is wrong.

    `given` is keyed by parameter names, with values as typed or as read from a file, and without `image`. `mode` None
    means `edit` if there are references, else `text`. `route` skips the choice of a route, if the caller has made it.
    """
    route = route or choose_route(variant, provider, mode or ("edit" if references else "text"), given)
    _refuse_foreign(route, given)
    whole = {name: value for name, value in given.items() if name not in PARAMETERS or not PARAMETERS[name].selects}
    if references:
        whole["image"] = [r.source for r in references]
    read = read_given(route, whole)
    values = {name: read[name] for name in route.fields if name in read and name != "image"}
    if "prompt" in values and not str(values["prompt"]).strip():
        raise UsageError("The prompt is empty.", hint="give it as the first argument, or pipe it in", about="prompt")
    notes = [field.note for name, field in route.fields.items() if field.note and name in values]
    delivery = _delivery(values)
    warnings = [*notes, *_size_warnings(route, values), *_reference_warnings(route, values, references)]
    _refuse_known(route, extra or {})
    return Request(
        route=route,
        values=_sent(route, values),
        references=tuple(references),
        delivery=delivery,
        extra=dict(extra or {}),
        warnings=(*warnings, *_canvas_warnings(route, values, references), *_unknown(extra)),
    )


def _delivery(values: dict[str, object]) -> dict[str, str | Secret]:
    """Move the webhook from the values to the delivery: it does not affect the image, and its secret is never shown."""
    url, secret = values.pop("webhook_url", None), values.pop("webhook_secret", None)
    if url is None and secret is not None:
        raise UsageError("There is a secret for a webhook, and no webhook.", hint="add --webhook-url URL")
    found: dict[str, str | Secret] = {} if url is None else {"webhook_url": str(url)}
    return found if secret is None else {**found, "webhook_secret": Secret(str(secret))}


def _sent(route: Route, values: Mapping[str, object]) -> dict[str, object]:
    """The values as sent: a size is rounded to the provider's grid if the provider rounds."""
    size = values.get("size")
    return {**values, "size": on_grid(size, route.fields["size"])} if isinstance(size, Size) else dict(values)


def _refuse_foreign(route: Route, given: Mapping[str, object]) -> None:
    for name in given:
        if name in route.fields or name not in PARAMETERS or PARAMETERS[name].selects:
            continue
        reason = PARAMETERS[name].reason(route)
        where = takers(name, "text" if route.mode == "either" else route.mode)
        clause = f"is not taken by {route.endpoint}{': ' + reason if reason else ''}"
        raise UsageError.of_value(
            WrongValue(about=name, flag=flag_of(name), clause=clause),
            hint=f"it works with: {', '.join(where)}" if where else None,
        )


def _refuse_known(route: Route, extra: Mapping[str, object]) -> None:
    wires = {wire: name for name, f in route.fields.items() for wire in f.wires}
    for key in extra:
        known = wires.get(key)
        if known is not None:
            raise UsageError(
                f"`--param {key}` names a field that has a flag of its own.", hint=f"use `{flag_of(known)}`"
            )


def _unknown(extra: Mapping[str, object] | None) -> list[str]:
    return [f"`{key}` is sent as given: it is not in the catalogue and was not checked" for key in extra or {}]


def _size_warnings(route: Route, values: Mapping[str, object]) -> list[str]:
    size, rule = values.get("size"), route.fields.get("size")
    if not isinstance(size, Size) or rule is None:
        return []
    warnings = []
    grid, sent = rule.multiple_of, on_grid(size, rule)
    if sent != size:
        warnings.append(f"{size} is sent as {sent}: {route.endpoint} makes multiples of {grid}")
    elif grid and (size.width % grid or size.height % grid):
        warnings.append(f"{size} has a side that is not a multiple of {grid}; the image may come back in another size")
    if rule.warn_pixels is not None and sent.width * sent.height > rule.warn_pixels:
        warnings.append(f"{sent} is more than {pixels_in_words(rule.warn_pixels)}; the provider may refuse it")
    return warnings


def _reference_warnings(route: Route, values: Mapping[str, object], references: Sequence[Reference]) -> list[str]:
    if not references:
        return []
    warnings = []
    limit = route.fields["image"].warn_above
    if limit is not None and len(references) > limit:
        warnings.append(f"{len(references)} references: {limit} is the most that the model's maker states")
    size = route.fields.get("size")
    if size is not None and size.default == "square_hd" and "size" not in values:
        warnings.append("without --size this endpoint answers 1024x1024, whatever shape the reference has")
    return warnings


def _canvas_warnings(route: Route, values: Mapping[str, object], references: Sequence[Reference]) -> list[str]:
    """Two projects report that fal refuses a canvas with a side above 2560 pixels; fal does not say so."""
    if route.mode != "outpaint":
        return []
    if not any(values.get(side) for side in ("left", "right", "top", "bottom")):
        raise UsageError("There is nothing to extend.", hint="give --left, --right, --top or --bottom, in pixels")
    canvas = canvas_of(references[0].size if references else None, values)
    if canvas is None or max(canvas) <= LARGEST_CANVAS:
        return []
    return [f"the canvas is {canvas[0]}x{canvas[1]}; sides above {LARGEST_CANVAS} pixels are said to be refused"]
