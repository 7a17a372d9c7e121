"""The deadline of a whole exchange: name and connection, TLS, request, head and body of the response.

The timeouts of httpx are those of single reads: a server that sends a byte a second, or `102 Processing` for ever,
keeps within them. Here every operation on the network gets the time that is left, if that is less.
"""

import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

from flux2cli.edges.http.addresses import addresses_of

Left = Callable[[float | None, type[Exception]], float | None]
"""The seconds for an operation with this timeout of its own; raises that exception when none are left."""


class Deadline(threading.local):
    """The time at which the present exchange of this thread has to be over, on a monotonic clock; None without one."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: float | None = None

    @contextmanager
    def after(self, seconds: float) -> Iterator[None]:
        """End this thread's operations on the network so many seconds from now, until the block is left."""
        before, self._until = self._until, self._clock() + seconds
        try:
            yield
        finally:
            self._until = before

    def extend(self, seconds: float) -> None:
        """Let this thread's operations end so many seconds from now instead."""
        self._until = self._clock() + seconds

    def left(self, timeout: float | None, error: type[Exception]) -> float | None:
        """The smaller of a timeout and what is left, in seconds; raises the error when nothing is left."""
        if self._until is None:
            return timeout
        left = self._until - self._clock()
        if left <= 0:
            raise error("the deadline has passed")
        return left if timeout is None else min(timeout, left)


def with_deadline(transport: httpx.HTTPTransport, deadline: Deadline) -> httpx.HTTPTransport:
    """The transport, with all its operations on the network under the deadline.

    httpx has no parameter for the backend of its connections; a test fails if its attribute has another name.
    """
    transport._pool._network_backend = _Backend(deadline.left)  # noqa: SLF001 - see above
    return transport


class _Backend(httpcore.NetworkBackend):
    def __init__(self, left: Left) -> None:
        self._left = left
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the host's addresses that lets it: each would get the timeout anew."""
        failed: Exception | None = None
        for address in addresses_of(host, port, self._left(timeout, httpcore.ConnectTimeout)):
            seconds = self._left(timeout, httpcore.ConnectTimeout)
            try:
                stream = self._backend.connect_tcp(address, port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _Stream(stream, self._left)
        raise failed or httpcore.ConnectError(f"the name {host} has no address")

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    """A connection that closes itself when it fails: httpcore forgets the one to a SOCKS proxy that does not answer."""

    def __init__(self, stream: httpcore.NetworkStream, left: Left) -> None:
        self._stream = stream
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._stream.read(max_bytes, self._left(timeout, httpcore.ReadTimeout))
        except httpcore.TimeoutException:
            self.close()
            raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write in pieces: each send of a large buffer would get the timeout anew."""
        for start in range(0, len(buffer), _PIECE):
            self._stream.write(buffer[start : start + _PIECE], self._left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        seconds = self._left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, seconds), self._left)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


_PIECE = 1 << 16
"""Bytes that are written at once."""
