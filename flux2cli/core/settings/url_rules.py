"""Rules for the URLs in settings, since keys are sent to them: https anywhere, plain http to this machine only."""

import re
from urllib.parse import SplitResult, urlsplit

from flux2cli.providers.urls import is_loopback

_MAX_WEBHOOK = 2083
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*\.?", re.IGNORECASE)
"""A host's name: labels of up to 63 characters, joined by single dots."""


def base_url(text: str) -> str:
    """A provider's base URL without trailing slashes; ValueError, a clause that does not quote the URL, if unusable."""
    parts = _split(text)
    if "?" in text or "#" in text:
        raise ValueError("is a base URL with a query or fragment, which it cannot have")
    if "@" in parts.netloc:
        raise ValueError("has a name or password in it, which a base URL cannot have")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise ValueError("is plain http to another machine, which would show it the key; use https")
    return text.rstrip("/")


def webhook_url(text: str) -> str:
    """A webhook's URL, unchanged; ValueError, a clause that does not quote the URL, if unusable."""
    _split(text)
    if len(text) > _MAX_WEBHOOK:
        raise ValueError(f"is longer than {_MAX_WEBHOOK} characters")
    return text


def _split(text: str) -> SplitResult:
    # Parsers disagree about such text: urlsplit drops tabs and newlines, others read a backslash as a slash.
    if not text.isascii() or any(c <= " " or c in "\\\x7f" for c in text):
        raise ValueError("is not a URL (spaces, backslashes and non-ASCII characters do not belong in one)")
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("https", "http") and _is_host(parts.hostname or "") and parts.port != 0
    except ValueError:  # its message may quote a password
        usable = False
    if not usable:
        raise ValueError("is not an https:// URL")
    return parts


def _is_host(host: str) -> bool:
    return ":" in host or _NAME.fullmatch(host) is not None  # an IPv6 address was checked by urlsplit
