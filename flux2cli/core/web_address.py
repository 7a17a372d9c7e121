"""Tells addresses that can be asked for over http(s) from all others, without a request."""

from urllib.parse import urlsplit


def complaint_about(url: str) -> str | None:
    """A clause, such as "has no host", about an address that no http(s) client can use; None for one that it can."""
    if any(character < " " or character == "\x7f" for character in url):
        return "has control characters in it"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "cannot be read"
    if parts.scheme not in ("http", "https"):
        return "is not one of http(s)"
    if " " in parts.netloc:
        return "has a blank in its host"
    if not parts.hostname or port == 0:
        return "has no host" if not parts.hostname else "has the port 0"
    return None
