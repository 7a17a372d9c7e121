"""The JSON input of a request, checked against the catalogue's routes; errors have the form that fal gives them."""

import json
from collections.abc import Mapping
from typing import Any, cast

from flux2cli.catalog import PARAMETERS, Route
from flux2cli.sandbox.fal.errors import ErrorDetail, invalid_input, missing_field
from flux2cli.sandbox.http import ServerResponse

_SCHEMES = ("http://", "https://", "data:")


def read_input(data: bytes) -> dict[str, Any] | ServerResponse:
    """The JSON object in a request's body; a response for any other body."""
    if not data.strip():
        return invalid_input([missing_field(["body"], None)])
    try:
        given = json.loads(data)
    except (ValueError, RecursionError) as error:
        at = error.pos if isinstance(error, json.JSONDecodeError) else 0
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "not JSON"
        return invalid_input([{"loc": ["body", at], "msg": "JSON decode error", "type": "json_invalid", "input": {},
                               "ctx": {"error": reason}}])  # fmt: skip
    if not isinstance(given, dict):
        return invalid_input([{
            "loc": ["body"], "msg": "Input should be a valid dictionary or object to extract fields from",
            "type": "model_attributes_type", "input": given,
        }])  # fmt: skip
    return given


def complete_input(route: Route, given: Mapping[str, Any]) -> dict[str, Any] | list[ErrorDetail]:
    """The input with the catalogue's defaults, by wire names; or what is wrong with it."""
    from flux2cli.catalog.wire_models import wire_model

    try:
        fields = wire_model(route).model_validate(given).model_dump()
    except ValueError as error:  # pydantic's, which derives from it
        return [_schema_error(item) for item in cast("Any", error).errors(include_url=False)]
    return _url_errors(route, fields) or fields


def _schema_error(item: Mapping[str, Any]) -> ErrorDetail:
    return {
        "loc": ["body", *item["loc"]],
        "msg": item["msg"],
        "type": item["type"],
        **({"ctx": item["ctx"]} if "ctx" in item else {}),
        "input": item["input"],
    }


def reference_urls(route: Route, fields: Mapping[str, Any]) -> list[tuple[list[object], str]]:
    """The URLs of an input's reference images, each with its place in the body."""
    found: list[tuple[list[object], str]] = []
    for name, field in route.fields.items():
        value = fields.get(field.wire)
        if PARAMETERS[name].kind != "images":
            continue
        if isinstance(value, list):
            found += [(["body", field.wire, index], url) for index, url in enumerate(value)]
        elif isinstance(value, str):
            found.append((["body", field.wire], value))
    return found


def _url_errors(route: Route, fields: Mapping[str, Any]) -> list[ErrorDetail]:
    return [
        {
            "loc": place,
            "msg": "URL scheme should be 'http', 'https' or 'data'",
            "type": "url_scheme",
            "ctx": {"expected_schemes": "'http', 'https' or 'data'"},
            "input": url,
        }
        for place, url in reference_urls(route, fields)
        if not url.lower().startswith(_SCHEMES)
    ]
