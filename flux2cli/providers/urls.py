"""Reads addresses that replies give, strictly: what could mean two hosts means none. Keys go nowhere else."""

from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit


def split(address: str) -> SplitResult | None:
    """The parts of an address with one meaning; None for any other, and for one that carries a user or a password."""
    # urlsplit drops line breaks, and a backslash is a slash to some.
    if not address.isascii() or any(character <= " " or character in "\\\x7f" for character in address):
        return None
    try:
        parts = urlsplit(address)
        usable = parts.username is None and parts.password is None and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None


def is_https_at(address: str, hosts: Iterable[str]) -> bool:
    """Whether an address is https, on the usual port, at one of these hosts; `*.example.com` is any host below it."""
    parts = split(address)
    if parts is None or parts.scheme != "https" or parts.port not in (None, 443):
        return False
    host = (parts.hostname or "").lower()
    return any(host.endswith(known[1:]) if known.startswith("*.") else host == known for known in hosts)
