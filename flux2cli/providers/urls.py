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


def is_https_under(address: str, domains: Iterable[str], *, exact: Iterable[str] = ()) -> bool:
    """Whether an address is https, on the usual port, at one of the domains or below, or at one of `exact` itself."""
    parts = split(address)
    if parts is None or parts.scheme != "https" or parts.port not in (None, 443):
        return False
    host = (parts.hostname or "").lower()
    return host in exact or any(host == domain or host.endswith("." + domain) for domain in domains)
