"""Builds a validated request from parameter values, typed as flags or read from a row."""

from collections.abc import Sequence

from flux2cli.app import App
from flux2cli.catalog import Route
from flux2cli.catalog.model import Values
from flux2cli.core.request.build import build_request
from flux2cli.core.request.file_format import with_implied_format
from flux2cli.core.request.reference import Reference
from flux2cli.core.request.request import Request
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
    found = with_implied_format(route, parameters, suffix)
    return build_request(route, with_webhook(app, route, found), references, extra)
