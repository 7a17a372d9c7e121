"""Request bodies against the catalogue, with refusals in the shape that fal gives: 422 and a list of details."""

import json
from collections.abc import Mapping
from typing import Any, cast

from flux2cli.catalog import PARAMETERS, Route
from flux2cli.sandbox.http import Answer, as_json

_NOTHING_BILLED = {"x-fal-billable-units": "0"}


def refused(details: list[dict[str, object]], status: int = 422) -> Answer:
    """Answer as fal does to input that the schema does not take; nothing is billed for it."""
    return as_json({"detail": details}, status, _NOTHING_BILLED)


def detail(
    loc: list[object], text: str, kind: str, given: object, ctx: Mapping[str, object] | None = None
) -> dict[str, object]:
    """One entry of fal's `detail` list, as its models give it."""
    return {
        "loc": loc,
        "msg": text,
        "type": kind,
        "ctx": dict(ctx or {}),
        "input": given,
        "url": f"https://docs.fal.ai/errors#{kind}",
    }


def read_body(data: bytes) -> dict[str, Any] | Answer:
    """The JSON object in a request's body, or the refusal of anything else."""
    if not data.strip():
        return refused([{"loc": ["body"], "msg": "Field required", "type": "missing", "input": None}])
    try:
        given = json.loads(data)
    except (ValueError, RecursionError) as error:
        at = error.pos if isinstance(error, json.JSONDecodeError) else 0
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "not JSON"
        return refused([{"loc": ["body", at], "msg": "JSON decode error", "type": "json_invalid", "input": {},
                         "ctx": {"error": reason}}])  # fmt: skip
    if not isinstance(given, dict):
        return refused([{
            "loc": ["body"], "msg": "Input should be a valid dictionary or object to extract fields from",
            "type": "model_attributes_type", "input": given,
        }])  # fmt: skip
    return given


def complete(route: Route, given: Mapping[str, Any]) -> dict[str, Any] | list[dict[str, object]]:
    """The input with the defaults of the catalogue, keyed by wire names; or the list of what is wrong with it."""
    from flux2cli.catalog.wire_models import wire_model

    try:
        whole = wire_model(route).model_validate(given).model_dump()
    except ValueError as error:  # pydantic's, which derives from it
        return [_wire_detail(item) for item in cast("Any", error).errors(include_url=False)]
    return _bad_addresses(route, whole) or whole


def _wire_detail(item: Mapping[str, Any]) -> dict[str, object]:
    return {
        "loc": ["body", *item["loc"]],
        "msg": item["msg"],
        "type": item["type"],
        **({"ctx": item["ctx"]} if "ctx" in item else {}),
        "input": item["input"],
    }


def references(route: Route, whole: Mapping[str, Any]) -> list[tuple[list[object], str]]:
    """The reference images of an input, each with its place in the body."""
    found: list[tuple[list[object], str]] = []
    for name, field in route.fields.items():
        value = whole.get(field.wire)
        if PARAMETERS[name].kind != "images":
            continue
        if isinstance(value, list):
            found += [(["body", field.wire, index], address) for index, address in enumerate(value)]
        elif isinstance(value, str):
            found.append((["body", field.wire], value))
    return found


def _bad_addresses(route: Route, whole: Mapping[str, Any]) -> list[dict[str, object]]:
    schemes = ("http://", "https://", "data:")
    return [
        {
            "loc": place,
            "msg": "URL scheme should be 'http', 'https' or 'data'",
            "type": "url_scheme",
            "ctx": {"expected_schemes": "'http', 'https' or 'data'"},
            "input": address,
        }
        for place, address in references(route, whole)
        if not address.lower().startswith(schemes)
    ]
