"""The network: sends Calls, returns Replies or Failures, never raises for what the wire does. The only user of httpx.

Transports per thread and proxy (a shared async client is three times slower here), one TLS context for all of them.
They are used without httpx's Client: its cookies, authentication and merging of addresses cost as much as a third of a
request, and nothing here wants them.
"""

import ssl
import threading
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

import httpx

from flux2cli import __version__
from flux2cli.core.images.data_urls import InlineFilter, Spool
from flux2cli.core.job.event_stream import EventStream
from flux2cli.edges.http.failures import kind_of, reason_of
from flux2cli.edges.http.proxies import proxy_for
from flux2cli.errors import UsageError
from flux2cli.wire import HttpFailure, HttpRequest, HttpResponse, Sent

LIMIT = 16 * 1024 * 1024
"""Bytes of a reply that are read into memory; a JSON reply that is longer is not one of the protocol's."""

_TIMEOUT: dict[str, float | None] = {"connect": 15.0, "read": 60.0, "write": 60.0, "pool": 15.0}
_MAX_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_HEADERS = {
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "keep-alive",
    "User-Agent": f"flux2cli/{__version__}",
}


class Http:
    """Sends requests from any thread. Proxies and certificates come from `environ`; loopback is never proxied."""

    def __init__(self, environ: Mapping[str, str], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._environ = environ
        self._clock = clock
        self._local = threading.local()
        self._lock = threading.Lock()
        self._transports: list[httpx.HTTPTransport] = []
        self._tls: ssl.SSLContext | None = None
        # Plain http goes to loopback only, and loading certificates takes 20 ms: an empty context trusts nobody.
        self._nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def send(self, call: HttpRequest, *, limit: int = LIMIT, spool: Spool | None = None) -> HttpResponse | HttpFailure:
        """One request and its whole reply, at most `limit` bytes of it. Redirects are not followed.

        With `spool`, images inside the reply go there instead, whatever their size, and do not count.
        """
        parts: list[bytes] = []
        take = _limited(parts, limit)
        if spool is not None:
            drawn = InlineFilter(spool)
            return self._exchange(call, lambda chunk: take(drawn.feed(chunk)), parts, follow=False)
        return self._exchange(call, take, parts, follow=False)

    def download(self, url: str, sink: Callable[[bytes], None]) -> HttpResponse | HttpFailure:
        """Stream a 200 reply's body into `sink`, without any key; other replies carry their (short) body.

        What `sink` raises comes out of here. Redirects are followed: there is no key to lose.
        """
        parts: list[bytes] = []
        return self._exchange(
            HttpRequest(method="GET", url=url, headers={"Accept-Encoding": "identity"}), sink, parts, follow=True
        )

    def events(self, call: HttpRequest, patience: float) -> Generator[HttpResponse | HttpFailure, None, None]:
        """The events of a stream, each as a Reply with its data as body; ends with a Failure or another kind of reply.

        `patience` is the seconds that the next event may take. Close the iterator to leave early.
        """
        stream = EventStream()
        try:
            with _Opened(self._answer(call, {"timeout": {**_TIMEOUT, "read": patience}})) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                if response.status_code != 200 or "text/event-stream" not in headers.get("content-type", ""):
                    yield HttpResponse(status=response.status_code, headers=headers)
                    return
                until = self._clock() + patience
                for chunk in response.iter_raw():
                    for data in stream.feed(chunk):
                        yield HttpResponse(status=200, headers=headers, body=data)
                        until = self._clock() + patience
                    if self._clock() > until:  # comments keep the connection busy, but say nothing
                        break
            yield HttpFailure(kind="broken", sent="yes", message="the event stream ended early")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError) as error:
            yield HttpFailure(kind=kind_of(error), sent="yes", message=reason_of(error, call.url))

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            transports, self._transports = self._transports, []
        for transport in transports:
            transport.close()

    def _exchange(
        self, call: HttpRequest, sink: Callable[[bytes], None], parts: list[bytes], *, follow: bool
    ) -> HttpResponse | HttpFailure:
        sent = _Sent()
        try:
            with _Opened(self._followed(call, sent) if follow else self._answer(call, _watched(sent))) as response:
                truncated = _read(response, sink if response.status_code == 200 else _limited(parts, LIMIT))
                headers = {name.lower(): value for name, value in response.headers.items()}
                return HttpResponse(
                    status=response.status_code, headers=headers, body=b"".join(parts), truncated=truncated
                )
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            return HttpFailure(kind=kind_of(error), sent=sent.state, message=reason_of(error, call.url))

    def _followed(self, call: HttpRequest, sent: "_Sent") -> httpx.Response:
        """The answer at the end of the redirects; the last one as it is when they do not end."""
        url = call.url
        for _ in range(_MAX_REDIRECTS):
            response = self._answer(replace(call, url=url), _watched(sent))
            place = response.headers.get("location")
            if response.status_code not in _REDIRECTS or not place:
                return response
            response.close()
            url = urljoin(url, place)
        return self._answer(replace(call, url=url), _watched(sent))

    def _answer(self, call: HttpRequest, extensions: Mapping[str, object]) -> httpx.Response:
        """Send a request and read the head of its answer."""
        request = httpx.Request(
            call.method, call.url, content=call.body, headers=_headers(call), extensions=dict(extensions)
        )
        return self._transport(call).handle_request(request)

    def _transport(self, call: HttpRequest) -> httpx.HTTPTransport:
        parts = urlsplit(call.url)
        cache: dict[object, httpx.HTTPTransport] = self._local.__dict__.setdefault("transports", {})
        key = (call.fresh, parts.scheme, parts.netloc)
        if key not in cache:
            cache[key] = self._shared(cache, call, secure=parts.scheme == "https")
        return cache[key]

    def _shared(
        self, cache: dict[object, httpx.HTTPTransport], call: HttpRequest, *, secure: bool
    ) -> httpx.HTTPTransport:
        """The thread's transport for this kind of connection: hosts behind the same proxy, or none, share it."""
        proxy = proxy_for(call.url, self._environ)
        kind = (call.fresh, secure, proxy)
        if kind not in cache:
            cache[kind] = self._new_transport(fresh=call.fresh, secure=secure or proxy is not None, proxy=proxy)
        return cache[kind]

    def _new_transport(self, *, fresh: bool, secure: bool, proxy: str | None) -> httpx.HTTPTransport:
        tls = self._tls_context() if secure else self._nobody
        limits = httpx.Limits(max_connections=4, max_keepalive_connections=0 if fresh else 4, keepalive_expiry=30.0)
        transport = httpx.HTTPTransport(verify=tls, proxy=proxy, limits=limits, trust_env=False)
        with self._lock:
            self._transports.append(transport)
        return transport

    def _tls_context(self) -> ssl.SSLContext:
        with self._lock:
            if self._tls is None:
                self._tls = _load_certificates(self._environ)
            return self._tls


def _load_certificates(environ: Mapping[str, str]) -> ssl.SSLContext:
    file, folder = environ.get("SSL_CERT_FILE"), environ.get("SSL_CERT_DIR")
    if not file and not folder:
        return httpx.create_ssl_context(trust_env=False)
    try:
        return ssl.create_default_context(cafile=file or None, capath=folder or None)
    except OSError as error:
        raise UsageError(
            f"The certificates in `{file or folder}` cannot be loaded: {error.strerror or error}.",
            hint="check SSL_CERT_FILE and SSL_CERT_DIR",
        ) from None


class _Sent:
    """Learns from httpcore's trace whether the request's body went out. A proxy's CONNECT does not count."""

    state: Sent = "no"

    def __init__(self) -> None:
        self._ours = False

    def __call__(self, name: str, info: Mapping[str, object]) -> None:
        if name == "http11.send_request_body.started":
            self._ours = getattr(info.get("request"), "method", b"") != b"CONNECT"
        elif name == "http11.send_request_body.complete" and self._ours:
            self.state = "yes"


class _Opened:
    """An answer that is always closed."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response

    def __enter__(self) -> httpx.Response:
        return self._response

    def __exit__(self, *_: object) -> None:
        self._response.close()


def _watched(sent: _Sent) -> dict[str, object]:
    return {"timeout": _TIMEOUT, "trace": sent}


class _FullError(Exception):
    """The reply is longer than wanted."""


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
    """Pass the body on, as it comes or decoded where it has to be; whether it was cut off at the limit."""
    encoded = response.headers.get("content-encoding", "identity") != "identity"
    try:
        for chunk in response.iter_bytes() if encoded else response.iter_raw():
            sink(chunk)
    except _FullError:
        return True
    return False


def _headers(call: HttpRequest) -> dict[str, str]:
    headers = {**_HEADERS, **call.headers}
    if call.auth is not None:
        name, scheme, secret = call.auth
        headers[name] = f"{scheme} {secret.reveal()}".strip()
    return headers
