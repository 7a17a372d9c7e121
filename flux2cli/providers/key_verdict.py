"""What an HTTP status says about a key, where a provider has no rule of its own."""

from flux2cli.wire import HttpResponse, KeyVerdict


def by_status(response: HttpResponse) -> KeyVerdict:
    """The verdict of a response to a request that only a key is needed for."""
    if response.status in (402, 403) and b"balance" in response.body.lower():
        return KeyVerdict(kind="no-balance")
    if response.status in (401, 403):
        return KeyVerdict(kind="rejected")
    if response.status == 200:
        return KeyVerdict(kind="accepted")
    return KeyVerdict(kind="undecided", detail=f"HTTP {response.status}")
