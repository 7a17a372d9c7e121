"""BFL's addresses, and a request to one of them: the key goes along where it may be sent."""

from flux2cli.providers.bfl.info import INFO
from flux2cli.providers.urls import is_https_at, origin
from flux2cli.wire import HttpRequest, Target

_HOMES = {"eu": "https://api.eu.bfl.ai", "us": "https://api.us.bfl.ai"}
"""The hosts of one region each (documented for data residency); the global one fails over between them."""
HOME = "https://api.bfl.ai"


def url_at(target: Target, path: str) -> str:
    """The URL of `path` at BFL, in the region of the settings, or under the user's base URL."""
    return f"{target.base or _HOMES.get(target.options.get('region', ''), HOME)}/{path}"


def trusts(url: str, target: Target) -> bool:
    """Whether the key may be sent to this URL: https under bfl.ai, or the origin of the base URL that the user set.

    One host is not enough, since jobs are polled in the region that runs them.
    """
    place = origin(url)
    if place is not None and target.base is not None and place == origin(target.base):
        return True
    return is_https_at(url, INFO.key_hosts)


def call(method: str, url: str, target: Target, content: bytes | None = None) -> HttpRequest:
    """A request for JSON, with the key where it may be sent to the URL; with a body, on a new connection."""
    auth = ("x-key", "", target.key) if target.key is not None and trusts(url, target) else None
    headers = {"Accept": "application/json"}
    if content is not None:
        headers["Content-Type"] = "application/json"
    return HttpRequest(method=method, url=url, headers=headers, body=content, auth=auth, fresh=content is not None)
