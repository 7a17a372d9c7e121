"""The values of the wire: secrets that print as nothing, and bodies that are JSON or not."""

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
    ("body", "data"),
    [(b'{"a": 1}', {"a": 1}), (b"[]", []), (b"", None), (b"<html>", None), (b"\xff", None), (b"[" * 100_000, None)],
)
def test_a_body_as_json(body: bytes, data: object) -> None:
    assert HttpResponse(status=200, body=body).json() == data


def test_a_body_that_was_cut_is_no_json() -> None:
    assert HttpResponse(status=200, body=b"{}", truncated=True).json() is None
