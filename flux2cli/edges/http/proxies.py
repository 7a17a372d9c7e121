"""Selects the proxy for a URL from the environment."""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit


def proxy_for(url: str, environ: Mapping[str, str]) -> str | None:
    """The URL of the proxy: `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY`; None for loopback and hosts in `NO_PROXY`."""
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
