"""HTTP messages of the emulator: a request with its body, a response, and the order to hang up. No sockets."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

_CHUNK_BYTES = 256 * 1024
_LONGEST_LINE = 1024


class HangUp(Exception):  # noqa: N818 - an event, not an error
    """Close the connection now, without another byte."""


class RequestBody:
    """The body of a request, plain or chunked. It is read from the connection when a handler asks for it.

    ConnectionError when the client disconnects before the body is complete.
    """

    __slots__ = ("_chunked", "_done", "_left", "_source")

    def __init__(self, source: BinaryIO, headers: Mapping[str, str]) -> None:
        self._source = source
        self._chunked = "chunked" in headers.get("transfer-encoding", "").lower()
        length = headers.get("content-length", "0")
        self._left = int(length) if length.isdecimal() else 0
        self._done = not self._chunked and self._left == 0

    def chunks(self) -> Iterator[bytes]:
        """The unread part of the body, piece by piece."""
        while not self._done:
            if self._left == 0 and self._chunked and not self._next_chunk():
                return
            data = self._source.read(min(self._left, _CHUNK_BYTES))
            if not data:
                raise ConnectionError("the request's body ended early")
            self._left -= len(data)
            if self._left == 0:
                self._end_of_chunk()
            yield data

    def read(self) -> bytes:
        """The unread part of the body."""
        return b"".join(self.chunks())

    def drain(self) -> None:
        """Read and drop the rest: a connection that closes with unread data loses the response, too."""
        for _ in self.chunks():
            pass

    def _next_chunk(self) -> bool:
        line = self._source.readline(_LONGEST_LINE).split(b";")[0].strip()
        try:
            self._left = int(line, 16)
        except ValueError:
            raise ConnectionError("the request's chunked body is malformed") from None
        if self._left == 0:
            while self._source.readline(_LONGEST_LINE).strip():
                pass
            self._done = True
        return not self._done

    def _end_of_chunk(self) -> None:
        if self._chunked:
            self._source.readline(_LONGEST_LINE)
        else:
            self._done = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRequest:
    """A request. `path` is decoded, header names are lower case, `base` is the server's URL as the client wrote it."""

    method: str
    path: str
    base: str
    body: RequestBody
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    """The named groups of the pattern that the path matched."""
    is_disconnected: Callable[[], bool] = lambda: False
    """Whether the client has closed the connection."""

    def parameter(self, name: str, default: str = "") -> str:
        """The last value of a query parameter."""
        return self.query.get(name, (default,))[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerResponse:
    """A response. `chunks` are sent piece by piece; `length` announces another length than the body has."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    chunks: Iterator[bytes] | None = None
    length: int | None = None


def json_response(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> ServerResponse:
    """A response with a JSON body."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return ServerResponse(
        status=status, headers={"Content-Type": "application/json", **(headers or {})}, body=text.encode()
    )


def html_response(text: str, status: int = 200) -> ServerResponse:
    """A response with a small page, as proxies and gateways send it."""
    page = f"<html><head><title>{text}</title></head><body><center><h1>{text}</h1></center></body></html>\n"
    return ServerResponse(status=status, headers={"Content-Type": "text/html; charset=utf-8"}, body=page.encode())
