"""What the server and the protocols exchange: requests, answers, and rules that say who answers. No sockets."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from flux2cli.sandbox.state import Site

_CHUNK = 256 * 1024
_LONGEST_LINE = 1024


class HangUp(Exception):  # noqa: N818 - an event, not an error
    """Close the connection now, without another byte."""


class Body:
    """A request's body, read from the connection only when somebody asks for it; plain and chunked bodies alike.

    ConnectionError when the client leaves before the body is complete.
    """

    __slots__ = ("_chunked", "_done", "_left", "_source")

    def __init__(self, source: BinaryIO, headers: Mapping[str, str]) -> None:
        self._source = source
        self._chunked = "chunked" in headers.get("transfer-encoding", "").lower()
        length = headers.get("content-length", "0")
        self._left = int(length) if length.isdecimal() else 0
        self._done = not self._chunked and self._left == 0

    def chunks(self) -> Iterator[bytes]:
        """What is left of the body, piece by piece."""
        while not self._done:
            if self._left == 0 and self._chunked and not self._next_chunk():
                return
            data = self._source.read(min(self._left, _CHUNK))
            if not data:
                raise ConnectionError("the request's body ended early")
            self._left -= len(data)
            if self._left == 0:
                self._end_of_chunk()
            yield data

    def read(self) -> bytes:
        """What is left of the body."""
        return b"".join(self.chunks())

    def drain(self) -> None:
        """Read and drop what is left: closing a connection with unread data would throw away the answer, too."""
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
class Incoming:
    """One request. `path` is decoded, header names are lower case, `base` is our address as the client sees it."""

    method: str
    path: str
    base: str
    body: Body
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    """The named groups of the rule's pattern."""
    gone: Callable[[], bool] = lambda: False
    """Whether the client has closed the connection."""

    def asked(self, name: str, default: str = "") -> str:
        """The last value of a query parameter."""
        return self.query.get(name, (default,))[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One reply. `chunks` are sent piece by piece; `length` announces another length than the body has."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    chunks: Iterator[bytes] | None = None
    length: int | None = None


Handler = Callable[["Site", Incoming], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Who answers what. `kind` names the request in counts and logs, such as `fal.submit`."""

    kind: str
    method: str
    pattern: re.Pattern[str]
    handle: Handler


def rule(kind: str, method: str, pattern: str, handle: Handler) -> Rule:
    """A rule for one method and a pattern that the whole path has to match; `GET` answers `HEAD`, too."""
    return Rule(kind=kind, method=method, pattern=re.compile(pattern), handle=handle)


def as_json(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer with a JSON body."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return Answer(status=status, headers={"Content-Type": "application/json", **(headers or {})}, body=text.encode())


def as_html(text: str, status: int = 200) -> Answer:
    """An answer with a small page, as proxies and gateways give it."""
    page = f"<html><head><title>{text}</title></head><body><center><h1>{text}</h1></center></body></html>\n"
    return Answer(status=status, headers={"Content-Type": "text/html; charset=utf-8"}, body=page.encode())
