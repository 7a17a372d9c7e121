"""Which proxy a URL goes through, and that its handshake does not count as sent."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest

from flux2cli.edges.http import Http, proxy_for
from flux2cli.wire import HttpFailure, HttpRequest, HttpResponse


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


def failure(answer: HttpResponse | HttpFailure) -> HttpFailure:
    assert isinstance(answer, HttpFailure)
    return answer


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
