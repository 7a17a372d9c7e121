"""The emulator's HTTP/1.1 server on a loopback port: reads requests, hands them over, writes the responses."""

import re
import select
import socket
import socketserver
import sys
import threading
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, BinaryIO, ClassVar, cast
from urllib.parse import parse_qs, unquote, urlsplit

from flux2cli.sandbox.http import HangUp, RequestBody, ServerRequest, ServerResponse, json_response

_HOST = re.compile(r"[\w.-]+(:\d{1,5})?|\[[0-9a-fA-F:]+\](:\d{1,5})?")
_IDLE_SECONDS = 75
_STOP_SECONDS = 2.0


class LoopbackServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1; port 0 takes a free one. `respond` handles a request, `report` gets tracebacks of bugs."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(
        self, port: int, respond: Callable[[ServerRequest], ServerResponse], report: Callable[[str], None]
    ) -> None:
        self.respond = respond
        self._report = report
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        self._over = False
        super().__init__(("127.0.0.1", port), _Connection)

    def server_bind(self) -> None:
        """Bind without the look-up of the host's full name that the base class makes: it can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - as http.server calls it
        """Report an exception in the middle of a response, but not that a client disconnected."""
        if not isinstance(sys.exception(), OSError):
            self._report(traceback.format_exc())

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return f"http://127.0.0.1:{self.server_port}"

    def opened(self, connection: socket.socket) -> None:
        """Register a connection whose thread begins."""
        with self._changed:
            self._open.add(connection)
            if self._over:  # accepted just before the server stopped
                _shut(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forget a connection whose thread is about to end."""
        with self._changed:
            self._open.discard(connection)
            self._changed.notify_all()

    def hang_up(self) -> None:
        """Close the open connections and wait until their threads have noticed."""
        with self._changed:
            self._over = True
            for connection in self._open:
                _shut(connection)
            self._changed.wait_for(lambda: not self._open, _STOP_SECONDS)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout: ClassVar[float] = _IDLE_SECONDS
    server: LoopbackServer

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        try:
            super().finish()
        finally:
            self.server.closed(self.connection)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Print nothing: `Sandbox` has a log of its own."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        self.close_connection = True
        self._write(json_response({"detail": message or explain or "Bad Request"}, code))

    def _serve(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            target = urlsplit(self.path)
        except ValueError:
            return self.send_error(400)
        host = headers.get("host", "")
        request = ServerRequest(
            method=self.command,
            path=unquote(target.path),
            base=f"http://{host}" if _HOST.fullmatch(host) else self.server.url,
            body=RequestBody(cast("BinaryIO", self.rfile), headers),
            headers=headers,
            query={name: tuple(values) for name, values in parse_qs(target.query, keep_blank_values=True).items()},
            is_disconnected=self._is_disconnected,
        )
        try:
            self._write(self.server.respond(request))
            request.body.drain()
        except (HangUp, OSError):
            self.close_connection = True
        return None

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _serve  # noqa: N815 - names that http.server calls

    def _is_disconnected(self) -> bool:
        try:
            readable = select.select([self.connection], [], [], 0)[0]
            return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""
        except (OSError, ValueError):
            return True

    def _write(self, response: ServerResponse) -> None:
        chunked = response.chunks is not None
        if chunked and self.request_version == "HTTP/1.0":
            chunked, self.close_connection = False, True
        length = len(response.body) if response.length is None else response.length
        headers = {**response.headers, "X-Flux2-Sandbox": "1", "Date": self.date_time_string()}
        if response.chunks is None:
            headers["Content-Length"] = str(length)
        elif chunked:
            headers["Transfer-Encoding"] = "chunked"
        if self.close_connection:
            headers["Connection"] = "close"
        lines = [f"HTTP/1.1 {response.status} {self.responses.get(response.status, ('',))[0]}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._send("\r\n".join([*lines, "", ""]).encode("latin-1", "replace"), response, chunked=chunked)
        if length > len(response.body):
            raise HangUp

    def _send(self, head: bytes, response: ServerResponse, *, chunked: bool) -> None:
        silent = self.command == "HEAD"
        # Head and body leave in one write: two would cost a small response a second packet.
        self.wfile.write(head + (b"" if silent else response.body))
        if silent or response.chunks is None:
            return
        for piece in response.chunks:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")
