"""The verdict about a key by HTTP status, for providers without a rule of their own."""

from flux2cli.wire import HttpResponse, KeyVerdict


def by_status(response: HttpResponse) -> KeyVerdict:
    """The verdict by the response to a request that needs nothing but a valid key."""
    if response.status in (402, 403) and b"balance" in response.body.lower():
        return KeyVerdict(kind="no-balance")
    if response.status in (401, 403):
        return KeyVerdict(kind="rejected")
    if response.status == 200:
        return KeyVerdict(kind="accepted")
    return KeyVerdict(kind="undecided", detail=f"HTTP {response.status}")
