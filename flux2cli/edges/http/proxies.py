"""Selects the proxy for a URL from the environment, and checks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from flux2cli.errors import NetworkSettingError

_KINDS = ("http", "https", "socks5", "socks5h")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy, which may have a name and password in its URL, and the environment variable that names it."""

    url: str
    variable: str


def proxy_for(url: str, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy: `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY`; None for loopback and hosts in `NO_PROXY`.

    NetworkSettingError for a proxy that cannot be used: a request must not go another way than its user asked for.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    found = _variable(environ, f"{parts.scheme}_proxy") or _variable(environ, "all_proxy")
    if found is None or _is_loopback(host):
        return None
    _, hosts = _variable(environ, "no_proxy") or ("", "")
    if any(_covers(entry, host, parts.port) for entry in hosts.split(",")):
        return None
    variable, value = found
    full = value if "://" in value else f"http://{value}"
    reason = "it has quotes around it" if value[0] in "\"'" else _unusable(full)
    if reason is not None:
        raise NetworkSettingError(
            f"The proxy in {variable} cannot be used: {reason}.",
            hint=f"for example {variable}=http://proxy.example:3128 or socks5h://127.0.0.1:1080; unset it for none",
        )
    return Proxy(url=full, variable=variable)


def _unusable(url: str) -> str | None:
    """A clause that says why the proxy's URL cannot be used, without the URL, which may hold a password."""
    if any(c.isspace() or not c.isprintable() for c in url):
        return "it has blanks or control characters inside"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "its port is no number up to 65535, or its host cannot be read"
    if parts.scheme not in _KINDS:
        return f"it begins with `{parts.scheme[:20]}://`, and proxies are {', '.join(_KINDS[:-1])} or {_KINDS[-1]}"
    if not parts.hostname or port == 0:
        return "it has no host" if not parts.hostname else "its port is 0"
    return None


def _covers(entry: str, host: str, port: int | None) -> bool:
    """Whether one entry of NO_PROXY covers a host: `*`, `host`, `.domain`, `host:port`."""
    name, _, wanted = entry.strip().lower().partition(":")
    if wanted and wanted != str(port or 443):
        return False
    name = name.lstrip(".")
    return name == "*" or (bool(name) and (host == name or host.endswith("." + name)))


def _variable(environ: Mapping[str, str], name: str) -> tuple[str, str] | None:
    """The variable's name, lower case first, and its value without blanks around it; None when it is empty."""
    for variable in (name, name.upper()):
        if value := environ.get(variable, "").strip():
            return variable, value
    return None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
