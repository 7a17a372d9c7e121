"""gzip, decoded in pieces."""

import gzip

import httpx
import pytest
from support.raw_server import failure
from support.stub import Say, Stub

from flux2cli.edges.http import Http
from flux2cli.edges.http.content_coding import gunzip
from flux2cli.wire import HttpRequest, HttpResponse

TEXT = b"the prompt of a fox " * 10_000


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_body_is_decoded_whatever_the_pieces_in_which_it_comes(size: int) -> None:
    body = gzip.compress(TEXT)

    assert b"".join(gunzip(body[at : at + size] for at in range(0, len(body), size))) == TEXT


@pytest.mark.parametrize(("bodies", "decoded"), [([], b""), ([b""], b""), ([gzip.compress(b"") + b"more"], b"")])
def test_an_empty_body_and_what_follows_the_end(bodies: list[bytes], decoded: bytes) -> None:
    assert b"".join(gunzip(bodies)) == decoded


@pytest.mark.parametrize("body", [b"{}", b"\x1f\x8b\x08 no", b"\x1f\x8b\x07\x00"])
def test_what_is_not_gzip_is_an_error(body: bytes) -> None:
    with pytest.raises(httpx.DecodingError):
        list(gunzip([body]))


def test_no_piece_is_longer_than_64_kib_however_much_it_was_compressed() -> None:
    bomb = gzip.compress(b"\0" * 30_000_000)

    pieces = [len(piece) for piece in gunzip([bomb])]

    assert (max(pieces), sum(pieces), len(bomb) < 64_000) == (65536, 30_000_000, True)


def test_the_limit_of_a_response_counts_decoded_bytes(http: Http, stub: Stub) -> None:
    stub.on("GET", ".*", Say(body=gzip.compress(b"\0" * 30_000_000), headers={"Content-Encoding": "gzip"}))

    answer = http.send(HttpRequest(method="GET", url=stub.url), limit=1000)

    assert isinstance(answer, HttpResponse)
    assert (answer.body, answer.truncated) == (b"\0" * 1000, True)


def test_a_reply_that_says_it_is_gzip_and_is_not_counts_as_sent(http: Http, stub: Stub) -> None:
    stub.on("POST", ".*", Say(body=b"{}", headers={"Content-Encoding": "gzip"}))

    lost = failure(http.send(HttpRequest(method="POST", url=stub.url, body=b"{}")))

    assert (lost.kind, lost.sent) == ("broken", "yes")
    assert lost.message == f"the response of {stub.url[7:]} says that it is in gzip, and is not"
