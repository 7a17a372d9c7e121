"""Bodies of requests as they come over a connection: plain, chunked, cut off."""

import io
import json

import pytest

from flux2cli.sandbox.http import RequestBody, html_response, json_response


def body(data: bytes, **headers: str) -> RequestBody:
    return RequestBody(io.BytesIO(data), {name.replace("_", "-"): value for name, value in headers.items()})


def test_a_plain_body_ends_at_its_length() -> None:
    connection = io.BytesIO(b"a foxGET / HTTP/1.1")
    request = RequestBody(connection, {"content-length": "5"})

    assert request.read() == b"a fox"
    assert request.read() == b""
    assert connection.read() == b"GET / HTTP/1.1"


@pytest.mark.parametrize("length", ["", "-1", "x"])
def test_without_a_length_there_is_no_body(length: str) -> None:
    assert body(b"a fox", content_length=length).read() == b""


def test_a_chunked_body_is_put_together_and_read_to_its_end() -> None:
    connection = io.BytesIO(b"3;note=x\r\na f\r\n2\r\nox\r\n0\r\nTrailer: x\r\n\r\nGET")
    request = RequestBody(connection, {"transfer-encoding": "Chunked"})

    assert list(request.chunks()) == [b"a f", b"ox"]
    assert connection.read() == b"GET"


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        (b"a f", {"content_length": "5"}),
        (b"zz\r\n", {"transfer_encoding": "chunked"}),
        (b"5\r\na f", {"transfer_encoding": "chunked"}),
    ],
)
def test_a_body_that_breaks_off_or_makes_no_sense_is_a_lost_connection(data: bytes, headers: dict[str, str]) -> None:
    with pytest.raises(ConnectionError):
        body(data, **headers).read()


def test_what_was_not_read_is_dropped() -> None:
    connection = io.BytesIO(b"x" * 600_000 + b"GET")
    RequestBody(connection, {"content-length": "600000"}).drain()

    assert connection.read() == b"GET"


def test_responses_say_what_they_hold() -> None:
    made = json_response({"ä": 1}, 201, {"X-A": "b"})

    assert (made.status, made.headers) == (201, {"Content-Type": "application/json", "X-A": "b"})
    assert json.loads(made.body) == {"ä": 1}
    assert html_response("Bad Gateway", 502).body.startswith(b"<html><head><title>Bad Gateway</title>")
