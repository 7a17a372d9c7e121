"""Warnings about a valid request before it is sent."""

from collections.abc import Sequence

from flux2cli.catalog import Route
from flux2cli.catalog.canvas import LARGEST_CANVAS, canvas_of
from flux2cli.catalog.lora import Lora
from flux2cli.catalog.model import Values
from flux2cli.catalog.sizes import Size
from flux2cli.core.request.extended_canvas import check_canvas
from flux2cli.core.request.messages import flag_of, pixels_in_words
from flux2cli.core.request.reference import Reference
from flux2cli.core.request.validate import on_grid
from flux2cli.errors import UsageError
from flux2cli.quotes import shown
from flux2cli.redact import secrets_of
from flux2cli.wire import JsonObject


def warnings_about(
    route: Route, values: Values, references: Sequence[Reference], extra: JsonObject | None
) -> tuple[str, ...]:
    """The warnings about a request, as sentences. UsageError for an outpaint that extends no side."""
    notes = [field.note for name, field in route.fields.items() if field.note and name in values]
    return (
        *notes,
        *_size_warnings(route, values),
        *_reference_warnings(route, values, references),
        *_canvas_warnings(route, values, references),
        *_unknown(extra),
        *_secret_warnings(values, references),
    )


def _unknown(extra: JsonObject | None) -> list[str]:
    return [f"`{shown(key)}` is sent as given: it is not in the catalogue and was not checked" for key in extra or {}]


def _secret_warnings(values: Values, references: Sequence[Reference]) -> list[str]:
    """A warning for each flag with a secret in a URL: people pass such URLs on more easily than keys."""
    loras = values.get("lora")
    urls = {
        "image": [str(reference.url) for reference in references],
        "lora": [lora.path for lora in loras if isinstance(lora, Lora)] if isinstance(loras, list) else [],
        "webhook_url": [str(values.get("webhook_url"))],
    }
    return [
        f"{flag_of(name)} has a secret in its address ({', '.join(secrets)}): the provider gets it, records have ***"
        for name, listed in urls.items()
        if (secrets := dict.fromkeys(secret for url in listed for secret in secrets_of(url)))
    ]


def _size_warnings(route: Route, values: Values) -> list[str]:
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


def _reference_warnings(route: Route, values: Values, references: Sequence[Reference]) -> list[str]:
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


def _canvas_warnings(route: Route, values: Values, references: Sequence[Reference]) -> list[str]:
    """Two projects report that a canvas with a side above 2560 pixels is refused; no provider says so."""
    if route.mode != "outpaint":
        return []
    if not any(values.get(side) for side in ("left", "right", "top", "bottom")):
        raise UsageError("There is nothing to extend.", hint="give --left, --right, --top or --bottom, in pixels")
    canvas = canvas_of(references[0].size if references else None, values)
    check_canvas(route, canvas)
    if canvas is None or max(canvas) <= LARGEST_CANVAS:
        return []
    return [f"the canvas is {canvas[0]}x{canvas[1]}; sides above {LARGEST_CANVAS} pixels are said to be refused"]
