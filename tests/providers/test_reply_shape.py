"""The shape of a response: status, names and types, and nothing of what it says."""

import json
from typing import Any

import pytest
from hypothesis import given
from support.replies import RESPONSES

from flux2cli.providers.reply_shape import json_shape, reply_shape
from flux2cli.wire import HttpResponse


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        (
            {"detail": [{"loc": ["body", "prompt"], "msg": "a fox", "type": "missing"}]},
            "HTTP 422 {detail: [{loc: [text], msg: text, type: text}]}",
        ),
        ({"a": 1, "b": 1.5, "c": True, "d": None, "e": []}, (
            "HTTP 422 {a: number, b: number, c: boolean, d: null, e: []}"
        )),
        ([1, "x", 2, {"a": 1}], "HTTP 422 [number, text, {a: number}]"),
        ("a fox", "HTTP 422 text"),
        ({"a fox in the snow": 1, "/home/me/cat.png": 2, "cat.png": 3}, "HTTP 422 {?: number, ?: number, ?: number}"),
        ({"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}, "HTTP 422 {a: {a: {a: {a: {a: {…}}}}}}"),
    ],
)  # fmt: skip
def test_names_and_types_of_fields_are_shown_and_no_value(body: Any, shape: str) -> None:
    assert reply_shape(HttpResponse(status=422, body=json.dumps(body).encode())) == shape


@pytest.mark.parametrize(
    ("body", "headers", "shape"),
    [
        (b"<html>x", {"content-type": "text/html; charset=utf-8"}, "HTTP 502 text/html, 7 bytes, no JSON"),
        (b"", {}, "HTTP 502 of no type, 0 bytes, no JSON"),
        (b"{", {"content-type": "a fox"}, "HTTP 502 of no type, 1 bytes, no JSON"),
    ],
)
def test_what_is_no_json_is_told_by_its_type_and_length(body: bytes, headers: dict[str, str], shape: str) -> None:
    assert reply_shape(HttpResponse(status=502, body=body, headers=headers)) == shape


def test_a_large_response_has_a_short_shape() -> None:
    shape = json_shape({f"field_{n}": {f"name_{m}": "x" for m in range(50)} for n in range(50)})

    assert len(shape) == 401
    assert json_shape({f"f{n}": 1 for n in range(21)}).endswith("f19: number, …}")


@given(response=RESPONSES)
def test_every_response_has_a_shape_on_one_line(response: HttpResponse) -> None:
    shape = reply_shape(response)

    assert shape.startswith(f"HTTP {response.status} ")
    assert len(shape) < 450
    assert shape.isprintable()
