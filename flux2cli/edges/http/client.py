"""The HTTP client: returns an HttpFailure where the network fails, and never raises for it."""

import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import replace
from urllib.parse import urljoin

import httpx

from flux2cli import __version__
from flux2cli.core.images.data_urls import InlineFilter, OpenSink
from flux2cli.core.job.event_stream import EventStream
from flux2cli.edges.http.content_coding import gunzip
from flux2cli.edges.http.deadline import Deadline
from flux2cli.edges.http.destinations import check_destination
from flux2cli.edges.http.failures import kind_of, reason_of
from flux2cli.edges.http.transports import Transports
from flux2cli.errors import Flux2Error
from flux2cli.wire import HttpFailure, HttpRequest, HttpResponse, Sent, content_coding

LIMIT = 16 * 1024 * 1024
"""Bytes of a response that are read into memory; no provider's JSON response is longer."""

LONGEST = 600.0
"""Seconds for a whole exchange to which the caller gives no time."""

_TIMEOUTS: dict[str, float | None] = {"connect": 15.0, "read": 60.0, "write": 60.0, "pool": 15.0}
_MAX_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_HEADERS = {
    "Accept": "*/*",
    "Accept-Encoding": "gzip",
    "Connection": "keep-alive",
    "User-Agent": f"flux2cli/{__version__}",
}


class Http:
    """Sends requests from any thread. Reads proxies and certificates from `environ`; never proxies loopback."""

    def __init__(self, environ: Mapping[str, str], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._deadline = Deadline(clock)
        self._transports = Transports(environ, self._deadline)

    def check(self, url: str) -> None:
        """Check, before anything is sent, what a request to the URL needs of this machine: proxy and certificates.

        NetworkSettingError, which names the environment variable, when they cannot be used. `send`, `download` and
        `events` raise it, too.
        """
        self._transports.check(url)

    def send(
        self,
        request: HttpRequest,
        *,
        seconds: float | None = None,
        limit: int = LIMIT,
        spool: OpenSink | None = None,
    ) -> HttpResponse | HttpFailure:
        """Send a request and read the response, at most `limit` bytes of it. Does not follow redirects.

        `seconds` is the time for the whole exchange, LONGEST without it.
        `spool` opens a sink for each `data:` image inside the response; those bytes do not count towards the limit.
        """
        parts: list[bytes] = []
        take = _limited(parts, limit)
        if spool is not None:
            inline = InlineFilter(spool)
            found = self._exchange(request, lambda chunk: take(inline.feed(chunk)), parts, seconds, follow=False)
            return found if isinstance(found, HttpFailure) else replace(found, body=found.body + inline.finish())
        return self._exchange(request, take, parts, seconds, follow=False)

    def download(
        self, url: str, sink: Callable[[bytes], None], *, seconds: float | None = None
    ) -> HttpResponse | HttpFailure:
        """GET a URL without a key, and stream the body of a 200 response into `sink`. Other responses have their body.

        `seconds` is as in `send`.
        Exceptions of `sink` are passed on. Follows redirects: there is no key that could leak.
        """
        parts: list[bytes] = []
        request = HttpRequest(method="GET", url=url, headers={"Accept-Encoding": "identity"})
        return self._exchange(request, sink, parts, seconds, follow=True)

    def events(self, request: HttpRequest, patience: float) -> Generator[HttpResponse | HttpFailure, None, None]:
        """The events of an SSE stream, each as an HttpResponse whose body is the event's data.

        The last item is an HttpFailure, or the response if it is no event stream. Ends when no event arrives for
        `patience` seconds. Close the iterator to leave early.
        """
        stream = EventStream()
        try:
            with (
                self._deadline.after(patience),
                closing(self._open(request, {"timeout": {**_TIMEOUTS, "read": patience}})) as response,
            ):
                headers = {name.lower(): value for name, value in response.headers.items()}
                if response.status_code != 200 or "text/event-stream" not in headers.get("content-type", ""):
                    yield HttpResponse(status=response.status_code, headers=headers)
                    return
                for chunk in response.iter_raw():  # comments keep the connection alive, but are no events
                    for data in stream.feed(chunk):
                        yield HttpResponse(status=200, headers=headers, body=data)
                        self._deadline.extend(patience)
            yield HttpFailure(kind="broken", sent="yes", message="the event stream ended early")
        except Flux2Error:
            raise
        except Exception as error:  # noqa: BLE001 - without its stream, a job is polled
            yield HttpFailure(kind=kind_of(error), sent="yes", message=reason_of(error, request.url))

    def close(self) -> None:
        """Close every connection."""
        self._transports.close()

    def _exchange(
        self,
        request: HttpRequest,
        sink: Callable[[bytes], None],
        parts: list[bytes],
        seconds: float | None,
        *,
        follow: bool,
    ) -> HttpResponse | HttpFailure:
        sent = _SentTrace()
        try:
            with (
                self._deadline.after(LONGEST if seconds is None else min(seconds, LONGEST)),
                closing(self._follow(request, sent) if follow else self._open(request, _traced(sent))) as response,
            ):
                truncated = _read(response, sink if response.status_code == 200 else _limited(parts, LIMIT))
                headers = {name.lower(): value for name, value in response.headers.items()}
                return HttpResponse(
                    status=response.status_code, headers=headers, body=b"".join(parts), truncated=truncated
                )
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            reason = reason_of(error, request.url, self._transports.via(request.url))
            return HttpFailure(kind=kind_of(error), sent=sent.state, message=reason)
        except Flux2Error:
            raise
        except Exception as error:
            if sent.state == "yes":  # of `sink`, or while the response was read
                raise
            return HttpFailure(kind="local", sent="no", message=reason_of(error, request.url))

    def _follow(self, request: HttpRequest, sent: "_SentTrace") -> httpx.Response:
        """The response at the end of the redirects; after _MAX_REDIRECTS of them, whatever comes next."""
        url = request.url
        for _ in range(_MAX_REDIRECTS):
            response = self._open(replace(request, url=url), _traced(sent))
            location = response.headers.get("location")
            if response.status_code not in _REDIRECTS or not location:
                return response
            response.close()
            url = urljoin(url, location)
        return self._open(replace(request, url=url), _traced(sent))

    def _open(self, request: HttpRequest, extensions: Mapping[str, object]) -> httpx.Response:
        """Send a request and read the head of the response; its body is still to be read."""
        sendable = httpx.Request(
            request.method,
            request.url,
            content=request.body,
            headers=_headers(request),
            extensions=dict(extensions),
        )
        return self._transports.transport_for(request).handle_request(sendable)


class _SentTrace:
    """A trace callback of httpcore that records whether the request's body was sent. A proxy's CONNECT does not count.

    httpx's exceptions do not tell: a POST aborted half-way and a lost response both raise RemoteProtocolError.
    """

    state: Sent = "no"

    def __init__(self) -> None:
        self._is_request = False

    def __call__(self, name: str, info: Mapping[str, object]) -> None:
        if name == "http11.send_request_body.started":
            self._is_request = getattr(info.get("request"), "method", b"") != b"CONNECT"
        elif name == "http11.send_request_body.complete" and self._is_request:
            self.state = "yes"


def _traced(sent: _SentTrace) -> dict[str, object]:
    return {"timeout": _TIMEOUTS, "trace": sent}


class _FullError(Exception):
    """The response is longer than the limit."""


def _limited(parts: list[bytes], limit: int) -> Callable[[bytes], None]:
    size = 0

    def take(chunk: bytes) -> None:
        nonlocal size
        parts.append(chunk[: max(0, limit - size)])
        size += len(chunk)
        if size > limit:
            raise _FullError

    return take


def _read(response: httpx.Response, sink: Callable[[bytes], None]) -> bool:
    """Pass the body to `sink`, decoded if it is in gzip; returns whether it was cut off at the limit.

    Only what was asked for is decoded, and once: a few kilobytes in two codings, or in another, can be gigabytes.
    """
    chunks = response.iter_raw()
    try:
        for chunk in gunzip(chunks) if content_coding(response.headers) == "gzip" else chunks:
            sink(chunk)
    except _FullError:
        return True
    return False


def _headers(request: HttpRequest) -> dict[str, str]:
    headers = {**_HEADERS, **request.headers}
    if request.auth is not None:
        name, scheme, secret = request.auth
        check_destination(secret, request.url)
        headers[name] = f"{scheme} {secret.reveal()}".strip()
    return headers
