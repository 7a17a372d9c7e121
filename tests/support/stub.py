"""A real server on a loopback port that answers as scripted and keeps every request, byte for byte."""

import json
import re
import socketserver
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    peer: int = 0
    """The client's port: the same for requests on one connection."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Say:
    """One reply. `drop` closes the connection instead; `length` overrides Content-Length; `wait` is in seconds.

    `drip` is sent in its place: the first bytes at once, the others again and again, 20 times a second for 20 s.
    """

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    length: int | None = None
    wait: float = 0.0
    drip: tuple[bytes, bytes] | None = None

    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Answer = Say | Callable[[Seen], Say]


class Stub:
    """`on(method, pattern, *answers)`: the answers in turn, the last one for ever."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.abandoned: list[str] = []
        """Paths of replies during whose drip the client went away."""
        self._rules: list[tuple[str, re.Pattern[str], list[Answer]]] = []
        self._lock = threading.Lock()
        self._server = _server(self)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def on(self, method: str, pattern: str, *answers: Answer) -> None:
        self._rules.append((method, re.compile(pattern), list(answers)))

    def first(self, method: str, pattern: str, *answers: Answer) -> None:
        """As `on`, before all that was scripted so far."""
        self._rules.insert(0, (method, re.compile(pattern), list(answers)))

    def posts(self) -> list[Seen]:
        return [s for s in self.seen if s.method == "POST"]

    def answer(self, seen: Seen) -> Say:
        with self._lock:
            self.seen.append(seen)
            for method, pattern, answers in self._rules:
                if method == seen.method and pattern.fullmatch(seen.path):
                    said = answers.pop(0) if len(answers) > 1 else answers[0]
                    return said if isinstance(said, Say) else said(seen)
        return Say(status=599, body={"detail": f"not scripted: {seen.method} {seen.path}"})

    def drip(self, out: BufferedIOBase, path: str, first: bytes, again: bytes) -> None:
        try:
            out.write(first)
            for _ in range(400):
                out.write(again)
                threading.Event().wait(0.05)
        except OSError:
            self.abandoned.append(path)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()


def _server(stub: Stub) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        timeout = 20.0

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            said = stub.answer(Seen(self.command, self.path, headers, body, self.client_address[1]))
            if said.wait:
                threading.Event().wait(said.wait)
            if said.drop:
                self.close_connection = True
                return
            if said.drip:
                self.close_connection = True
                stub.drip(self.wfile, self.path, *said.drip)
                return
            content = said.content()
            self.send_response_only(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content) if said.length is None else said.length))
            self.end_headers()
            self.wfile.write(content)
            if said.length is not None and said.length != len(content):
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = _any  # noqa: N815 - names that http.server calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def server_bind(self) -> None:
            socketserver.TCPServer.server_bind(self)
            self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass

    return Server(("127.0.0.1", 0), Handler)
