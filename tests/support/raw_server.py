"""A server for one connection that does byte by byte what a test says, and the request that is sent to it."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from flux2cli.wire import HttpFailure, HttpRequest, HttpResponse


def one_connection(behave: Callable[[socket.socket], object]) -> str:
    """A server for one connection that does what `behave` says; its address."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        with server, connection, suppress(OSError):
            behave(connection)

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{server.getsockname()[1]}"


def post(url: str, body: bytes = b"{}") -> HttpRequest:
    """A submit whose URL has a signature in its query."""
    return HttpRequest(method="POST", url=f"{url}/x?signature=hidden", body=body, fresh=True)


def failure(answer: HttpResponse | HttpFailure) -> HttpFailure:
    """The answer, which is a failure."""
    assert isinstance(answer, HttpFailure)
    return answer
