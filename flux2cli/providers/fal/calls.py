"""fal's hosts, and a request to one of them: the key goes along where it may be sent."""

from collections.abc import Mapping

from flux2cli.providers.fal.info import INFO
from flux2cli.providers.urls import is_https_at
from flux2cli.wire import HttpRequest, Target

HOSTS: Mapping[str, str] = {
    "queue": "https://queue.fal.run",
    "run": "https://fal.run",
    "rest": "https://rest.fal.ai",
    "api": "https://api.fal.ai",
}
"""fal's hosts, by the path prefix that replaces them under a user's base URL."""


def url_at(target: Target, host: str, path: str) -> str:
    """The URL of `path` on one of fal's hosts, or under the user's base URL."""
    return f"{HOSTS[host]}{path}" if target.base is None else f"{target.base}/{host}{path}"


def trusts(url: str, target: Target) -> bool:
    """Whether the key may be sent to this URL: at fal's API hosts by https, or under the base URL that the user set."""
    if target.base is not None:
        return url.startswith(target.base + "/")
    return is_https_at(url, INFO.key_hosts)


def call(
    method: str,
    url: str,
    target: Target,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    fresh: bool = False,
) -> HttpRequest:
    """A request for JSON, with the key if the URL is one that it may be sent to; `fresh` uses a new connection."""
    auth = None
    if target.key is not None and trusts(url, target):
        auth = ("Authorization", "Key", target.key)
    return HttpRequest(
        method=method,
        url=url,
        headers={"Accept": "application/json", **(headers or {})},
        body=body,
        auth=auth,
        fresh=fresh,
    )
