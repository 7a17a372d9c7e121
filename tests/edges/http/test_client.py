"""The HTTP client: connections, redirects, long responses, downloads, and where the key travels."""

import gzip

import pytest
from support.raw_server import post
from support.stub import Say, Stub

from flux2cli.edges.http import Http
from flux2cli.wire import HttpRequest, HttpResponse, Secret


def test_submits_each_use_a_connection_of_their_own_and_polls_share_one(http: Http, stub: Stub) -> None:
    stub.on("POST", ".*", Say(body={}))
    stub.on("GET", ".*", Say(body={}))

    for call in [
        post(stub.url),
        post(stub.url),
        HttpRequest(method="GET", url=stub.url),
        HttpRequest(method="GET", url=stub.url),
    ]:
        assert isinstance(http.send(call), HttpResponse)

    first, second, third, fourth = [seen.peer for seen in stub.seen]
    assert first != second
    assert third == fourth


def test_a_redirect_is_reported_and_not_followed(http: Http, stub: Stub) -> None:
    stub.on("POST", ".*", Say(status=307, headers={"Location": f"{stub.url}/elsewhere"}))

    answer = http.send(post(stub.url))

    assert isinstance(answer, HttpResponse)
    assert answer.status == 307
    assert len(stub.seen) == 1


def test_a_long_reply_is_cut_off_and_says_so(http: Http, stub: Stub) -> None:
    stub.on("GET", ".*", Say(body=b"x" * 5_000_000))

    answer = http.send(HttpRequest(method="GET", url=stub.url), limit=1000)

    assert isinstance(answer, HttpResponse)
    assert (len(answer.body), answer.truncated, answer.json()) == (1000, True, None)


@pytest.mark.parametrize("coding", ["gzip", "GZIP", " gzip "])
def test_a_compressed_reply_is_decoded_once(http: Http, stub: Stub, coding: str) -> None:
    stub.on("GET", ".*", Say(body=gzip.compress(b'{"a": 1}'), headers={"Content-Encoding": coding}))

    answer = http.send(HttpRequest(method="GET", url=stub.url))

    assert isinstance(answer, HttpResponse)
    assert answer.json() == {"a": 1}


@pytest.mark.parametrize("coding", ["gzip, gzip", "gzip,deflate", "deflate", "identity, gzip", "br", "zstd", "x"])
def test_what_was_not_asked_for_is_not_decoded(http: Http, stub: Stub, coding: str) -> None:
    """A few kilobytes in two codings can be gigabytes."""
    bomb = gzip.compress(gzip.compress(b"x" * 50_000_000))
    stub.on("GET", ".*", Say(body=bomb, headers={"Content-Encoding": coding}))

    answer = http.send(HttpRequest(method="GET", url=stub.url))

    assert isinstance(answer, HttpResponse)
    assert (answer.body, answer.truncated, answer.json()) == (bomb, False, None)


def test_a_download_streams_without_any_key_and_follows_redirects(http: Http, stub: Stub) -> None:
    stub.on("GET", "/a", Say(status=302, headers={"Location": "/b"}))
    stub.on("GET", "/b", Say(body=b"image" * 100_000))
    chunks: list[bytes] = []

    answer = http.download(f"{stub.url}/a", chunks.append)

    assert isinstance(answer, HttpResponse)
    assert answer.body == b""
    assert b"".join(chunks) == b"image" * 100_000
    assert max(map(len, chunks)) <= 65536
    assert all("authorization" not in seen.headers for seen in stub.seen)


def test_the_key_travels_in_the_header_and_in_no_repr(http: Http, stub: Stub) -> None:
    stub.on("GET", ".*", Say(body={}))
    call = HttpRequest(method="GET", url=stub.url, auth=("Authorization", "Key", Secret("very-secret")))

    http.send(call)

    assert stub.seen[0].headers["authorization"] == "Key very-secret"
    assert "very-secret" not in repr(call)
