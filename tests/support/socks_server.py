"""A SOCKS5 proxy on loopback that leads every https host to one plain server, with a certificate of the tests."""

import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

TLS = Path(__file__).parent.parent / "fixtures" / "tls"
CERTIFICATE = TLS / "certificate.pem"
"""For *.fal.run and *.fal.ai, valid until 2126; its key is no secret. Made by `openssl req -x509 -days 36500`."""


class SocksServer:
    """`asked` lists the hosts and ports that clients connected to."""

    def __init__(self, target: str) -> None:
        """`target` is the URL of the plain server."""
        host, _, port = target.removeprefix("http://").partition(":")
        self._target = (host, int(port))
        self._server = socket.create_server(("127.0.0.1", 0))
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(CERTIFICATE, TLS / "key.pem")
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(self._target) as server:
            self.asked.append(_handshake(client))
            with self._tls.wrap_socket(client, server_side=True) as plain:
                threading.Thread(target=_pipe, args=(server, plain), daemon=True).start()
                _pipe(plain, server)


def _handshake(client: socket.socket) -> str:
    """Agree without a password (RFC 1928), and grant the connection; returns the host and port, by name."""
    client.recv(1 + 1 + client.recv(2, socket.MSG_PEEK)[1])
    client.sendall(b"\x05\x00")
    head = client.recv(5)
    name = client.recv(head[4])
    port = int.from_bytes(client.recv(2))
    client.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
    return f"{name.decode()}:{port}"


def _pipe(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
