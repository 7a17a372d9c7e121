"""Translates httpx's exceptions into a kind of failure and a clause about it."""

import socket
import ssl
from urllib.parse import urlsplit

import httpx

from flux2cli.wire import FailureKind


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in found:
        found.append(at)
        at = at.__cause__ or at.__context__
    return found


def kind_of(error: Exception) -> FailureKind:
    """The kind of failure that an exception means."""
    causes = _causes(error)
    if any(isinstance(c, socket.gaierror) for c in causes):
        return "unresolvable"
    if any(isinstance(c, ssl.SSLCertVerificationError) for c in causes):
        return "certificate"
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return "unresolvable"
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
        return "connect"
    if isinstance(error, httpx.TimeoutException):
        return "timeout"
    return "broken" if isinstance(error, httpx.HTTPError | httpx.StreamError) else "local"


def reason_of(error: Exception, url: str, via: str = "") -> str:
    """A clause about the failure. It leaves out the URL's path and query, which may hold a signature.

    `via` follows the host that could not be connected to: the proxy, if there is one.
    """
    host = urlsplit(url).netloc.rpartition("@")[2] or "the address"
    if isinstance(error, httpx.DecodingError):
        return f"the response of {host} says that it is in gzip, and is not"
    root = _causes(error)[-1]
    detail = getattr(root, "strerror", None) or str(root) or str(error) or type(error).__name__
    match kind_of(error):
        case "unresolvable":
            if via and isinstance(root, socket.gaierror):  # the proxy resolves the host's name
                return f"no connection to {host}{via} (the proxy's name does not resolve)"
            return f"the name {host} does not resolve" if isinstance(root, socket.gaierror) else f"{detail}"
        case "certificate":
            return f"the certificate of {host} is refused ({getattr(root, 'verify_message', detail)})"
        case "connect":
            return f"no connection to {host}{via} ({detail})"
        case "timeout":
            return f"{host} did not answer in time"
        case "local":
            return f"the request to {host} could not be made here ({type(error).__name__}: {error})"
        case _:
            return f"the connection to {host} broke ({detail})"
