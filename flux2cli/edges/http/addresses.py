"""Looks up the addresses of a host within a time limit, which the system's resolver does not take."""

import queue
import socket
import threading

import httpcore


def addresses_of(host: str, port: int, seconds: float | None) -> list[str]:
    """The host's addresses, in the order in which they are to be tried; no two are the same.

    httpcore.ConnectTimeout when they are not known after so many seconds: the look-up goes on in its thread, which ends
    by itself. httpcore.ConnectError, whose context is the socket.gaierror, for a name that does not resolve.
    """
    found: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()
    threading.Thread(target=_look_up, args=(host, port, found), daemon=True, name="resolver").start()
    try:
        result = found.get(timeout=seconds)
    except queue.Empty:
        raise httpcore.ConnectTimeout(f"the name {host} was not resolved in time") from None
    if not isinstance(result, Exception):
        return result
    try:
        raise result
    except OSError as error:  # raised in its handler: httpcore takes away the cause, and leaves the context
        raise httpcore.ConnectError(str(error)) from error


def _look_up(host: str, port: int, found: "queue.SimpleQueue[list[str] | Exception]") -> None:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found.put(list(dict.fromkeys(_text(address) for *_, address in rows)))
    except (OSError, UnicodeError) as error:  # UnicodeError: the name cannot be one
        found.put(error)


def _text(address: tuple[object, ...]) -> str:
    """The address as text, with the zone of a link-local one of IPv6, which comes last."""
    zone = f"%{address[3]}" if len(address) == 4 and address[3] else ""
    return f"{address[0]}{zone}"
