"""The values of the wire: secrets that print as nothing, and bodies that are JSON or not."""

import json

import pytest

from flux2cli.wire import HttpRequest, HttpResponse, Secret, Target


def test_a_secret_is_in_no_text() -> None:
    key = Secret("id:s3cret")
    texts = [
        str(key),
        f"{key}",
        repr(HttpRequest(method="GET", url="https://x.example", auth=("Authorization", "Key ", key))),
        repr(Target(key=key)),
    ]

    assert key.reveal() == "id:s3cret"
    assert not [text for text in texts if "s3cret" in text]


@pytest.mark.parametrize(
    ("named", "undecoded"),
    [
        (None, None), ("", None), ("identity", None), (" GZIP ", None), ("gzip, gzip", "gzip, gzip"), ("br", "br"),
        ("gzip,", "gzip,"), ("x-gzip", "x-gzip"),
    ],
)  # fmt: skip
def test_a_body_in_one_gzip_is_decoded_and_no_other_is(named: str | None, undecoded: str | None) -> None:
    headers = {} if named is None else {"content-encoding": named}

    assert HttpResponse(status=200, headers=headers).undecoded == undecoded


@pytest.mark.parametrize(
    ("body", "data"),
    [(b'{"a": 1}', {"a": 1}), (b"[]", []), (b"", None), (b"<html>", None), (b"\xff", None), (b"[" * 100_000, None)],
)
def test_a_body_as_json(body: bytes, data: object) -> None:
    assert HttpResponse(status=200, body=body).json() == data


@pytest.mark.parametrize(
    ("body", "data"),
    [
        (b'{"a": NaN, "b": [Infinity, -Infinity, 1e999, 0.5]}', {"a": None, "b": [None, None, None, 0.5]}),
        (b'{"id": "r-1", "cost": ' + b"9" * 5000 + b', "seed": -7}', {"id": "r-1", "cost": None, "seed": -7}),
        (rb'{"a\ud800": "\udc00 \ud83e\udd8a"}', {"a\ufffd": "\ufffd \U0001f98a"}),
        (b'{"id": "r-1", "deep": ' + b"[" * 300 + b"]" * 300 + b"}", {"id": "r-1", "deep": None}),
    ],
)
def test_what_no_record_can_hold_is_left_out(body: bytes, data: object) -> None:
    found = HttpResponse(status=200, body=body).json()

    if isinstance(data, dict) and "deep" in data:
        assert isinstance(found, dict)
        assert (found["id"], str(found["deep"]).count("[")) == ("r-1", 49)
        assert "None" in str(found["deep"])
    else:
        assert found == data
    json.dumps(found, allow_nan=False, ensure_ascii=False).encode()


def test_a_body_that_was_cut_is_no_json() -> None:
    assert HttpResponse(status=200, body=b"{}", truncated=True).json() is None
