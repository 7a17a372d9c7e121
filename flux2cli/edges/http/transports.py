"""The connections of a run: a transport per thread and proxy, all with one TLS context.

A shared async client is three times slower here. These are httpx's transports without its Client, whose cookies,
authentication and merging of URLs take up to a third of a request's time and are not needed.
"""

import ssl
import threading
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from flux2cli.edges.http.certificates import tls_context
from flux2cli.edges.http.deadline import Deadline, with_deadline
from flux2cli.edges.http.proxies import Proxy, proxy_for
from flux2cli.wire import HttpRequest


class Transports:
    """The transports of any number of threads; each thread gets its own. Proxies and certificates are in `environ`.

    `deadline` is that of the exchange in the calling thread.
    """

    def __init__(self, environ: Mapping[str, str], deadline: Deadline) -> None:
        self._environ = environ
        self._deadline = deadline
        self._local = threading.local()
        self._lock = threading.Lock()
        self._all: list[httpx.HTTPTransport] = []
        self._tls: ssl.SSLContext | None = None
        # For plain http, which goes to loopback only: loading certificates takes 20 ms, this context trusts none.
        self._no_certificates = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def check(self, url: str) -> None:
        """NetworkSettingError when the proxy or the certificates for a request to the URL cannot be used."""
        self._context(url, proxy_for(url, self._environ))

    def via(self, url: str) -> str:
        """The proxy for the URL in words that follow its host, by its variable; empty without one."""
        proxy = proxy_for(url, self._environ)
        return "" if proxy is None else f" through the proxy in {proxy.variable}"

    def transport_for(self, request: HttpRequest) -> httpx.HTTPTransport:
        """This thread's transport for the request; NetworkSettingError as in `check`."""
        parts = urlsplit(request.url)
        cache: dict[object, httpx.HTTPTransport] = self._local.__dict__.setdefault("transports", {})
        key = (request.fresh, parts.scheme, parts.netloc)
        if key not in cache:
            cache[key] = self._shared(cache, request)
        return cache[key]

    def close(self) -> None:
        """Close every connection of every thread."""
        with self._lock:
            transports, self._all = self._all, []
        for transport in transports:
            transport.close()

    def _shared(self, cache: dict[object, httpx.HTTPTransport], request: HttpRequest) -> httpx.HTTPTransport:
        """The thread's transport for this kind of connection, shared by all hosts behind the same proxy, or none."""
        proxy = proxy_for(request.url, self._environ)
        tls = self._context(request.url, proxy)
        kind = (request.fresh, tls is self._tls, proxy)
        if kind not in cache:
            cache[kind] = self._new(fresh=request.fresh, tls=tls, proxy=proxy)
        return cache[kind]

    def _new(self, *, fresh: bool, tls: ssl.SSLContext, proxy: Proxy | None) -> httpx.HTTPTransport:
        limits = httpx.Limits(max_connections=4, max_keepalive_connections=0 if fresh else 4, keepalive_expiry=30.0)
        transport = httpx.HTTPTransport(verify=tls, proxy=_known(proxy, tls), limits=limits, trust_env=False)
        with self._lock:
            self._all.append(transport)
        return with_deadline(transport, self._deadline)

    def _context(self, url: str, proxy: Proxy | None) -> ssl.SSLContext:
        if urlsplit(url).scheme != "https" and proxy is None:
            return self._no_certificates
        with self._lock:
            if self._tls is None:
                self._tls = tls_context(self._environ)
            return self._tls


def _known(proxy: Proxy | None, tls: ssl.SSLContext) -> httpx.Proxy | None:
    """The proxy as httpx takes it; one that is reached by https shows a certificate, too."""
    if proxy is None:
        return None
    return httpx.Proxy(proxy.url, ssl_context=tls if proxy.url.startswith("https:") else None)
