"""Builds a validated request from parameter values, typed as flags or read from a row."""

from collections.abc import Sequence

from flux2cli.app import App
from flux2cli.catalog import Route
from flux2cli.catalog.model import Values
from flux2cli.core.request.build import build_request
from flux2cli.core.request.reference import Reference
from flux2cli.core.request.request import Request
from flux2cli.errors import UsageError, WrongValue
from flux2cli.runs.webhook import with_webhook
from flux2cli.wire import JsonObject


def request_of(
    app: App,
    route: Route,
    parameters: Values,
    references: Sequence[Reference],
    *,
    suffix: str | None = None,
    extra: JsonObject | None = None,
) -> Request:
    """The request to a route for these values; UsageError about the first one that is wrong.

    `suffix` is the image format that the output's name implies, used if no format was given.
    """
    found = dict(parameters)
    if suffix and "format" not in found:
        found["format"] = _format_for(route, suffix)
    return build_request(route, with_webhook(app, route, found), references, extra)


def _format_for(route: Route, wanted: str) -> str:
    """The image format that the suffix of `-o` implies; UsageError, which names `-o`, when the route lacks it."""
    known = route.fields["format"].choices
    if wanted not in known:
        raise UsageError.of_value(
            WrongValue(
                about="output",
                flag="-o",
                clause=f"asks for a {wanted} file, and {route.endpoint} makes {' or '.join(known)}",
            ),
            hint=f"use another suffix, or convert the image; `--format {known[0]}` with that name keeps the name",
        )
    return wanted
