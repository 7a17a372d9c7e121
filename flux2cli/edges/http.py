"""The network: sends Calls, returns Replies or Failures, never raises for what the wire does. The only user of httpx.

One client per thread and proxy (a shared async client is three times slower here), one TLS context for all of them.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Generator, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx

from flux2cli import __version__
from flux2cli.core.inline import InlineFilter, Spool
from flux2cli.core.sse import EventStream
from flux2cli.errors import UsageError
from flux2cli.providers.wire import Call, Failure, Reply, Sent

LIMIT = 16 * 1024 * 1024
"""Bytes of a reply that are read into memory; a JSON reply that is longer is not one of the protocol's."""

_TIMEOUT = httpx.Timeout(connect=15.0, read=60.0, write=60.0, pool=15.0)
_MAX_REDIRECTS = 5


class Http:
    """Sends requests from any thread. Proxies and certificates come from `environ`; loopback is never proxied."""

    def __init__(self, environ: Mapping[str, str], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._environ = environ
        self._clock = clock
        self._local = threading.local()
        self._lock = threading.Lock()
        self._clients: list[httpx.Client] = []
        self._tls: ssl.SSLContext | None = None

    def send(self, call: Call, *, limit: int = LIMIT, spool: Spool | None = None) -> Reply | Failure:
        """One request and its whole reply, at most `limit` bytes of it. Redirects are not followed.

        With `spool`, images inside the reply go there instead, whatever their size, and do not count.
        """
        parts: list[bytes] = []
        take = _limited(parts, limit)
        if spool is not None:
            drawn = InlineFilter(spool)
            return self._exchange(call, lambda chunk: take(drawn.feed(chunk)), parts, follow=False)
        return self._exchange(call, take, parts, follow=False)

    def download(self, url: str, sink: Callable[[bytes], None]) -> Reply | Failure:
        """Stream a 200 reply's body into `sink`, without any key; other replies carry their (short) body.

        What `sink` raises comes out of here. Redirects are followed: there is no key to lose.
        """
        parts: list[bytes] = []
        return self._exchange(
            Call(method="GET", url=url, headers={"Accept-Encoding": "identity"}), sink, parts, follow=True
        )

    def events(self, call: Call, patience: float) -> Generator[Reply | Failure, None, None]:
        """The events of a stream, each as a Reply with its data as body; ends with a Failure or another kind of reply.

        `patience` is the seconds that the next event may take. Close the iterator to leave early.
        """
        stream = EventStream()
        try:
            request = self._client(call).build_request(call.method, call.url, headers=_headers(call))
            request.extensions["timeout"] = {**_TIMEOUT.as_dict(), "read": patience}
            with _Streamed(self._client(call), request, follow=False) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                if response.status_code != 200 or "text/event-stream" not in headers.get("content-type", ""):
                    yield Reply(status=response.status_code, headers=headers)
                    return
                until = self._clock() + patience
                for chunk in response.iter_raw():
                    for data in stream.feed(chunk):
                        yield Reply(status=200, headers=headers, body=data)
                        until = self._clock() + patience
                    if self._clock() > until:  # comments keep the connection busy, but say nothing
                        break
            yield Failure(kind="broken", sent="yes", message="the event stream ended early")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError) as error:
            yield Failure(kind=_kind(error), sent="yes", message=_reason(error, call.url))

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            clients, self._clients = self._clients, []
        for client in clients:
            client.close()

    def _exchange(
        self, call: Call, sink: Callable[[bytes], None], parts: list[bytes], *, follow: bool
    ) -> Reply | Failure:
        sent = _Sent()
        try:
            client = self._client(call)
            request = client.build_request(
                call.method, call.url, content=call.body, headers=_headers(call), extensions={"trace": sent}
            )
            with _Streamed(client, request, follow=follow) as response:
                truncated = _read(response, sink if response.status_code == 200 else _limited(parts, LIMIT))
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Reply(status=response.status_code, headers=headers, body=b"".join(parts), truncated=truncated)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            return Failure(kind=_kind(error), sent=sent.state, message=_reason(error, call.url))

    def _client(self, call: Call) -> httpx.Client:
        proxy = proxy_for(call.url, self._environ)
        secure = call.url.startswith("https:")
        cache: dict[object, httpx.Client] = self._local.__dict__.setdefault("clients", {})
        key = (call.fresh, secure, proxy)
        if key not in cache:
            cache[key] = self._new_client(fresh=call.fresh, secure=secure or proxy is not None, proxy=proxy)
        return cache[key]

    def _new_client(self, *, fresh: bool, secure: bool, proxy: str | None) -> httpx.Client:
        # Plain http goes to loopback only, and loading certificates takes 20 ms: an empty context trusts nobody.
        tls = self._tls_context() if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        limits = httpx.Limits(max_connections=4, max_keepalive_connections=0 if fresh else 4, keepalive_expiry=30.0)
        client = httpx.Client(
            verify=tls, proxy=proxy, limits=limits, timeout=_TIMEOUT, trust_env=False, max_redirects=_MAX_REDIRECTS
        )
        client.headers["User-Agent"] = f"flux2cli/{__version__}"
        with self._lock:
            self._clients.append(client)
        return client

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


class _Streamed:
    """`client.send(stream=True)` that always closes its response."""

    def __init__(self, client: httpx.Client, request: httpx.Request, *, follow: bool) -> None:
        self._response = client.send(request, stream=True, follow_redirects=follow)

    def __enter__(self) -> httpx.Response:
        return self._response

    def __exit__(self, *_: object) -> None:
        self._response.close()


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
    """Pass the body on; whether it was cut off at the limit."""
    try:
        for chunk in response.iter_bytes(65536):
            sink(chunk)
    except _FullError:
        return True
    return False


def _headers(call: Call) -> dict[str, str]:
    headers = dict(call.headers)
    if call.auth is not None:
        name, scheme, secret = call.auth
        headers[name] = f"{scheme} {secret.reveal()}".strip()
    return headers


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in found:
        found.append(at)
        at = at.__cause__ or at.__context__
    return found


def _kind(error: Exception) -> str:
    causes = _causes(error)
    if any(isinstance(c, socket.gaierror) for c in causes):
        return "unresolvable"
    if any(isinstance(c, ssl.SSLCertVerificationError) for c in causes):
        return "certificate"
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return "unresolvable"
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
        return "connect"
    return "timeout" if isinstance(error, httpx.TimeoutException) else "broken"


def _reason(error: Exception, url: str) -> str:
    """A clause about what went wrong, without the path or query of the address (they may hold a signature)."""
    host = urlsplit(url).netloc.rpartition("@")[2] or "the address"
    root = _causes(error)[-1]
    said = getattr(root, "strerror", None) or str(root) or str(error) or type(error).__name__
    match _kind(error):
        case "unresolvable":
            return f"the name {host} does not resolve" if isinstance(root, socket.gaierror) else f"{said}"
        case "certificate":
            return f"the certificate of {host} is refused ({getattr(root, 'verify_message', said)})"
        case "connect":
            return f"no connection to {host} ({said})"
        case "timeout":
            return f"{host} did not answer in time"
        case _:
            return f"the connection to {host} broke ({said})"


def proxy_for(url: str, environ: Mapping[str, str]) -> str | None:
    """The proxy for an address: `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY`, unless `NO_PROXY` or loopback."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    found = _variable(environ, f"{parts.scheme}_proxy") or _variable(environ, "all_proxy")
    if not found or _is_loopback(host):
        return None
    if any(_covers(entry, host, parts.port) for entry in (_variable(environ, "no_proxy") or "").split(",")):
        return None
    return found if "://" in found else f"http://{found}"


def _covers(entry: str, host: str, port: int | None) -> bool:
    """Whether one entry of NO_PROXY covers a host: `*`, `host`, `.domain`, `host:port`."""
    name, _, wanted = entry.strip().lower().partition(":")
    if wanted and wanted != str(port or 443):
        return False
    name = name.lstrip(".")
    return name == "*" or (bool(name) and (host == name or host.endswith("." + name)))


def _variable(environ: Mapping[str, str], name: str) -> str | None:
    return environ.get(name) or environ.get(name.upper())


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
