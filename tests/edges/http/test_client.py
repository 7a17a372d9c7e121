"""What the wire did, told apart: not sent, sent and lost, answered. Over real sockets."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest
from support.stub import Say, Stub

from flux2cli.edges.http import Http, proxy_for
from flux2cli.wire import HttpFailure, HttpRequest, HttpResponse, Secret


@pytest.fixture
def http() -> Iterator[Http]:
    with closing(Http({})) as made:
        yield made


def post(url: str, body: bytes = b"{}") -> HttpRequest:
    return HttpRequest(method="POST", url=f"{url}/x?signature=hidden", body=body, fresh=True)


def one_connection(behave: Callable[[socket.socket], object]) -> str:
    """A server for one connection that does what `behave` says; its address."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        with server, connection, suppress(OSError):
            behave(connection)

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{server.getsockname()[1]}"


def speak_plainly(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.0 400 no\r\n\r\n")
    connection.recv(65536)


def cut_short(connection: socket.socket) -> None:
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def failure(answer: HttpResponse | HttpFailure) -> HttpFailure:
    assert isinstance(answer, HttpFailure)
    return answer


def test_a_refused_connection_was_not_sent(http: Http) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    found = failure(http.send(post(f"http://127.0.0.1:{port}")))

    assert (found.kind, found.sent) == ("connect", "no")
    assert "hidden" not in found.message


def test_a_connection_dropped_after_the_whole_body_was_sent(http: Http) -> None:
    found = failure(http.send(post(one_connection(lambda c: c.recv(65536)))))

    assert (found.kind, found.sent) == ("broken", "yes")


def test_a_connection_dropped_in_the_middle_of_the_body_was_not_sent(http: Http) -> None:
    found = failure(http.send(post(one_connection(cut_short), b"x" * 20_000_000)))

    assert found.sent == "no"


def test_a_reply_that_breaks_off_was_sent(http: Http) -> None:
    def behave(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")

    assert failure(http.send(post(one_connection(behave)))).sent == "yes"


def test_a_name_that_does_not_resolve(http: Http) -> None:
    found = failure(http.send(post("https://nosuch.invalid")))

    assert (found.kind, found.sent) == ("unresolvable", "no")
    assert found.message == "the name nosuch.invalid does not resolve"


def test_what_speaks_no_tls_is_not_sent_to(http: Http) -> None:
    address = one_connection(speak_plainly)

    found = failure(http.send(post(address.replace("http:", "https:"))))

    assert found.sent == "no"


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


def test_a_download_that_breaks_off_is_a_failure(http: Http, stub: Stub) -> None:
    stub.on("GET", ".*", Say(body=b"abc", length=10))

    assert failure(http.download(stub.url, lambda _: None)).kind == "broken"


def test_the_key_travels_in_the_header_and_in_no_repr(http: Http, stub: Stub) -> None:
    stub.on("GET", ".*", Say(body={}))
    call = HttpRequest(method="GET", url=stub.url, auth=("Authorization", "Key", Secret("very-secret")))

    http.send(call)

    assert stub.seen[0].headers["authorization"] == "Key very-secret"
    assert "very-secret" not in repr(call)


@pytest.mark.parametrize(
    ("url", "environ", "proxy"),
    [
        ("https://queue.fal.run/x", {}, None),
        ("https://queue.fal.run/x", {"HTTPS_PROXY": "http://proxy:3128"}, "http://proxy:3128"),
        ("https://queue.fal.run/x", {"https_proxy": "proxy:3128"}, "http://proxy:3128"),
        ("https://queue.fal.run/x", {"ALL_PROXY": "socks5://proxy"}, "socks5://proxy"),
        ("https://queue.fal.run/x", {"HTTPS_PROXY": "http://proxy", "NO_PROXY": "fal.run"}, None),
        ("https://queue.fal.run/x", {"HTTPS_PROXY": "http://proxy", "NO_PROXY": "a.b, .fal.run"}, None),
        ("https://queue.fal.run/x", {"HTTPS_PROXY": "http://proxy", "no_proxy": "*"}, None),
        ("https://queue.fal.run/x", {"HTTPS_PROXY": "http://proxy", "NO_PROXY": "al.run"}, "http://proxy"),
        ("https://queue.fal.run:444/x", {"HTTPS_PROXY": "http://proxy", "NO_PROXY": "fal.run:443"}, "http://proxy"),
        ("http://127.0.0.1:8787/x", {"HTTP_PROXY": "http://proxy"}, None),
        ("http://localhost:8787/x", {"ALL_PROXY": "http://proxy"}, None),
        ("http://[::1]:8787/x", {"HTTP_PROXY": "http://proxy"}, None),
    ],
)
def test_the_proxy_for_an_address(url: str, environ: dict[str, str], proxy: str | None) -> None:
    assert proxy_for(url, environ) == proxy


def test_a_proxys_own_handshake_does_not_count_as_sent() -> None:
    proxy = one_connection(lambda c: c.recv(65536))

    proxied = Http({"HTTPS_PROXY": proxy})

    found = failure(proxied.send(post("https://queue.fal.run")))

    proxied.close()
    assert found.sent == "no"
