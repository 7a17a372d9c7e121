"""The deadline of a whole exchange: it holds wherever the server drips, and for one thread alone."""

import socket
import threading
import time
from contextlib import closing

import pytest
from support.drips import DRIPS, drip
from support.raw_server import failure, one_connection, post
from support.socks_server import CERTIFICATE, SocksServer
from support.stub import Say, Stub

from flux2cli.edges.http import Http
from flux2cli.edges.http.deadline import Deadline
from flux2cli.wire import HttpRequest, HttpResponse

parts = pytest.mark.parametrize("part", DRIPS)


@parts
def test_a_submit_ends_at_its_deadline_and_counts_as_sent(http: Http, stub: Stub, part: str) -> None:
    stub.on("POST", ".*", drip(part))

    lost = failure(http.send(post(stub.url), seconds=0.3))

    assert (lost.kind, lost.sent) == ("timeout", "yes")
    assert lost.message == f"{stub.url[7:]} did not answer in time"


@parts
def test_a_download_ends_at_its_deadline(http: Http, stub: Stub, part: str) -> None:
    stub.on("GET", ".*", drip(part))

    assert failure(http.download(f"{stub.url}/a.png", lambda _: None, seconds=0.3)).kind == "timeout"


@pytest.mark.parametrize("part", [part for part in DRIPS if part not in ("chunks", "body")])
def test_a_stream_that_never_begins_ends_after_its_patience(http: Http, stub: Stub, part: str) -> None:
    stub.on("GET", ".*", drip(part))

    [lost] = http.events(HttpRequest(method="GET", url=stub.url), 0.3)

    assert failure(lost).kind == "timeout"


def test_comments_do_not_keep_a_stream_open_and_each_event_does(http: Http, stub: Stub) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    stub.on("GET", "/comments", Say(drip=(head, b": still here\n\n")))
    stub.on("GET", "/events", Say(drip=(head, b"data: 1\n\n")))

    [lost] = http.events(HttpRequest(method="GET", url=f"{stub.url}/comments"), 0.3)
    events = http.events(HttpRequest(method="GET", url=f"{stub.url}/events"), 0.3)
    found = [next(events) for _ in range(10)]
    events.close()

    assert failure(lost).kind == "timeout"
    assert all(isinstance(event, HttpResponse) and event.body == b"1" for event in found), "half a second of them"


def test_a_server_that_does_not_read_the_request_ends_it_as_not_sent(http: Http) -> None:
    def read_slowly(connection: socket.socket) -> None:
        while connection.recv(1024):
            time.sleep(0.05)

    lost = failure(http.send(post(one_connection(read_slowly), b"x" * 50_000_000), seconds=0.3))

    assert (lost.kind, lost.sent) == ("timeout", "no")


def test_nothing_is_sent_after_the_deadline(http: Http, stub: Stub) -> None:
    lost = failure(http.send(post(stub.url), seconds=0.0))

    assert (lost.kind, lost.sent, stub.seen) == ("connect", "no", [])


def test_the_next_exchange_on_the_same_connection_has_its_own_time(http: Http, stub: Stub) -> None:
    stub.on("GET", "/slow", drip("body"))
    stub.on("GET", "/fast", Say(body={}))
    fast = HttpRequest(method="GET", url=f"{stub.url}/fast")

    before = http.send(fast, seconds=0.2)
    failure(http.send(HttpRequest(method="GET", url=f"{stub.url}/slow"), seconds=0.2))
    after = http.send(fast)

    assert (isinstance(before, HttpResponse), isinstance(after, HttpResponse)) == (True, True)


def test_a_deadline_is_that_of_one_thread_and_of_one_block() -> None:
    now = [100.0]
    deadline = Deadline(lambda: now[0])
    elsewhere: list[float | None] = []

    with deadline.after(10):
        now[0] = 104.0
        assert [deadline.left(timeout, TimeoutError) for timeout in (None, 60.0, 2.0)] == [6.0, 6.0, 2.0]
        thread = threading.Thread(target=lambda: elsewhere.append(deadline.left(60.0, TimeoutError)))
        thread.start()
        thread.join()
        with deadline.after(1):
            assert deadline.left(60.0, TimeoutError) == 1.0
        deadline.extend(20)
        assert deadline.left(60.0, TimeoutError) == 20.0
        now[0] = 124.0
        with pytest.raises(TimeoutError):
            deadline.left(60.0, TimeoutError)
    assert (elsewhere, deadline.left(60.0, TimeoutError)) == ([60.0], 60.0)


HELLO = b"\x16\x03\x03\x40\x00"
"""The beginning of a TLS record of 16 KiB."""


@pytest.mark.parametrize("again", [b"", b"\x00"], ids=["silent", "slow"])
def test_a_server_that_never_ends_its_tls_handshake_was_sent_nothing(http: Http, again: bytes) -> None:
    url = one_connection(lambda connection: slowly(connection, HELLO, again))

    lost = failure(http.send(post(url.replace("http:", "https:")), seconds=0.3))

    assert (lost.kind, lost.sent) == ("connect", "no")


@pytest.mark.parametrize(
    ("scheme", "first", "again"),
    [
        ("http", b"", b"H"),
        ("http", b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
        ("http", b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n"),
        ("http", b"HTTP/1.1 200 OK\r\n\r\n", b""),
        ("http", b"HTTP/1.1 200 OK\r\n\r\n" + HELLO, b"\x00"),
        ("socks5h", b"", b""),
        ("socks5h", b"\x05\x00", b""),
    ],
)
def test_a_proxy_that_never_lets_a_submit_through_ends_it_as_not_sent(scheme: str, first: bytes, again: bytes) -> None:
    proxy = one_connection(lambda connection: slowly(connection, first, again))
    with closing(Http({"HTTPS_PROXY": proxy.replace("http", scheme)})) as http:
        lost = failure(http.send(post("https://queue.fal.run"), seconds=0.3))

    assert lost.sent == "no"
    assert lost.kind in ("connect", "timeout")


@parts
def test_a_reply_through_a_proxy_and_tls_ends_at_its_deadline_and_counts_as_sent(stub: Stub, part: str) -> None:
    stub.on("POST", ".*", drip(part))
    with SocksServer(stub.url) as proxy:
        environ = {"ALL_PROXY": f"socks5h://{proxy.address}", "SSL_CERT_FILE": str(CERTIFICATE)}
        with closing(Http(environ)) as http:
            lost = failure(http.send(post("https://queue.fal.run"), seconds=1.0))

    assert (lost.kind, lost.sent, len(stub.seen)) == ("timeout", "yes", 1)


def slowly(connection: socket.socket, first: bytes, again: bytes) -> None:
    """Send these bytes, then the others again and again, or nothing, for as long as the client is there."""
    connection.sendall(first)
    while again:
        connection.sendall(again)
        time.sleep(0.05)
    while connection.recv(65536):
        pass
