"""HTTP/1.1 byte by byte: reads requests from a socket and writes responses to it, without any HTTP library."""

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_REASON = "Said"
"""Clients read the number alone."""


@dataclass(frozen=True)
class Request:
    """One request as it arrived. Header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Response:
    """One response. `length` overrides the Content-Length."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str | bytes] = field(default_factory=dict)
    length: int | None = None

    @property
    def head(self) -> bytes:
        """Everything before the body."""
        length = len(self.body) if self.length is None else self.length
        lines = [f"HTTP/1.1 {self.status} {_REASON}".encode(), f"Content-Length: {length}".encode()]
        lines += [
            name.encode() + b": " + (value if isinstance(value, bytes) else value.encode("latin-1"))
            for name, value in self.headers.items()
        ]
        return b"\r\n".join(lines) + b"\r\n\r\n"

    @property
    def content(self) -> bytes:
        """The whole response as it is sent."""
        return self.head + self.body


def response_json(body: object, status: int = 200, **headers: str) -> Response:
    """A response with this value as JSON; underscores in names of headers stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, json.dumps(body).encode(), {"Content-Type": "application/json", **named})


def read_request(connection: socket.socket) -> Request | None:
    """The next request; None when the client is gone."""
    read = b""
    while b"\r\n\r\n" not in read:
        read += (more := connection.recv(65536))
        if not more:
            return None
    head, _, body = read.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += (more := connection.recv(65536))
        if not more:
            return None
    return Request(method, path, headers, body)
