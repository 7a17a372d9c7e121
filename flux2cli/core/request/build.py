"""Builds a validated request to one route from given parameters, or raises an error about them."""

from collections.abc import Sequence

from flux2cli.catalog import PARAMETERS, Route, kind_of
from flux2cli.catalog.model import Values
from flux2cli.catalog.reasons import IN_ROWS
from flux2cli.catalog.sizes import Size
from flux2cli.core.request.control_characters import check_characters
from flux2cli.core.request.messages import flag_of
from flux2cli.core.request.reference import Reference
from flux2cli.core.request.request import Request
from flux2cli.core.request.request_warnings import warnings_about
from flux2cli.core.request.route import takers
from flux2cli.core.request.validate import on_grid, read_given
from flux2cli.errors import UsageError, WrongValue
from flux2cli.wire import JsonObject, Secret


def build_request(
    route: Route,
    given: Values,
    references: Sequence[Reference] = (),
    extra: JsonObject | None = None,
) -> Request:
    """Validate the parameters of one request to a route; UsageError about the first one that is wrong.

    `given` is keyed by parameter names, with values as typed or as read from a file, and without `image`.
    """
    _refuse_foreign(route, given)
    whole = {name: value for name, value in given.items() if name not in PARAMETERS or not PARAMETERS[name].selects}
    if references:
        whole["image"] = [r.source for r in references]
    read = read_given(route, whole)
    values = {name: read[name] for name in route.fields if read.get(name) is not None and name != "image"}
    if "prompt" in values and not str(values["prompt"]).strip():
        raise UsageError("The prompt is empty.", hint="give it as the first argument, or pipe it in", about="prompt")
    for name, value in values.items():
        if kind_of(name, route.fields[name]) == "text":
            check_characters(name, str(value))
    _check_transparency(values)
    delivery = _delivery(values)
    _refuse_known(route, extra or {})
    return Request(
        route=route,
        values=_sent(route, values),
        references=tuple(references),
        delivery=delivery,
        extra=dict(extra or {}),
        warnings=warnings_about(route, values, references, extra),
    )


def _check_transparency(values: Values) -> None:
    if values.get("transparent") is True and values.get("format") in (None, "jpeg"):
        raise UsageError(
            "A transparent background needs a file format that can hold one.",
            hint="add --format png or webp, or a suffix of -o that says so",
            about="format",
        )


def _delivery(values: Values) -> dict[str, str | Secret]:
    """The webhook and its secret, taken from the values; they do not affect the image."""
    url, secret = values.get("webhook_url"), values.get("webhook_secret")
    if url is None and secret is not None:
        raise UsageError("There is a secret for a webhook, and no webhook.", hint="add --webhook-url URL")
    found: dict[str, str | Secret] = {} if url is None else {"webhook_url": str(url)}
    return found if secret is None else {**found, "webhook_secret": Secret(str(secret))}


def _sent(route: Route, values: Values) -> Values:
    """The values that make the image, as sent: a size is rounded to the provider's grid if the provider rounds."""
    sent = {name: value for name, value in values.items() if not PARAMETERS[name].delivery}
    size = sent.get("size")
    return {**sent, "size": on_grid(size, route.fields["size"])} if isinstance(size, Size) else sent


def _refuse_foreign(route: Route, given: Values) -> None:
    for name in given:
        if name in route.fields or name not in PARAMETERS or PARAMETERS[name].selects:
            continue
        reason = PARAMETERS[name].reason(route)
        where = takers(name, "text" if route.mode == "either" else route.mode)
        clause = f"is not taken by {route.endpoint}{': ' + reason if reason else ''}"
        in_rows = f"is not taken by {route.endpoint}: {IN_ROWS[reason]}" if reason in IN_ROWS else None
        raise UsageError.of_value(
            WrongValue(about=name, flag=flag_of(name), clause=clause, row_clause=in_rows),
            hint=f"it works with: {', '.join(where)}" if where else None,
        )


def _refuse_known(route: Route, extra: JsonObject) -> None:
    wires = {wire: name for name, f in route.fields.items() for wire in f.wires}
    for key in extra:
        known = wires.get(key)
        if known is not None:
            raise UsageError(
                f"`--param {key}` names a field that has a flag of its own.", hint=f"use `{flag_of(known)}`"
            )
