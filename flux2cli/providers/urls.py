"""Strict rules for URLs, above all in responses: keys are sent to them, so ambiguous ones are refused."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from flux2cli.providers.provider_info import ProviderInfo
from flux2cli.wire import ApiKey, Secret

_LOOPBACK = IPv4Network("127.0.0.0/8")
_PORTS = {"https": 443, "http": 80}


def split(url: str) -> SplitResult | None:
    """The parts of an unambiguous URL; None for any other text, and for a URL with a user name or password."""
    # urlsplit drops line breaks, and some parsers read a backslash as a slash.
    if not url.isascii() or any(character <= " " or character in "\\\x7f" for character in url):
        return None
    try:
        parts = urlsplit(url)
        usable = parts.username is None and parts.password is None and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None


def is_https_at(url: str, hosts: Iterable[str]) -> bool:
    """Whether a URL is https, on port 443, at one of these hosts; `*.example.com` means any host below it."""
    parts = split(url)
    if parts is None or parts.scheme != "https" or parts.port not in (None, 443):
        return False
    host = (parts.hostname or "").lower()
    return any(host.endswith(known[1:]) if known.startswith("*.") else host == known for known in hosts)


def is_loopback(host: str) -> bool:
    """Whether the host is this machine."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address == IPv6Address("::1") or address in _LOOPBACK


def origin(url: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port of a URL; None for a text that is no URL with one meaning."""
    parts = split(url)
    return None if parts is None else (parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme))


def may_carry(key: Secret, url: str) -> bool:
    """Whether a request to this URL may have the key: it is at a host of the key's, or on the server of its base URL.

    A secret that is bound to no provider stays on this machine.
    """
    server = _server_of(url)
    if isinstance(key, ApiKey):
        return _is_place_of(server, key.hosts, key.base)
    place = origin(server)
    return place is not None and is_loopback(place[1])


def _server_of(url: str) -> str:
    """The URL up to its path: all that says where a request goes, and the same for many requests."""
    start = url.find("://")
    end = url.find("/", start + 3) if start >= 0 else -1
    return url if end < 0 else url[:end]


@lru_cache(maxsize=128)
def _is_place_of(server: str, hosts: tuple[str, ...], base: str | None) -> bool:
    place = origin(server)
    return is_https_at(server, hosts) or (place is not None and base is not None and place == origin(base))


def bound_key(info: ProviderInfo, key: Secret, base: str | None) -> ApiKey:
    """The provider's key, which goes to the provider's hosts and to the server of the user's base URL only."""
    return ApiKey(key, owner=info.title, hosts=info.key_hosts, base=base)
