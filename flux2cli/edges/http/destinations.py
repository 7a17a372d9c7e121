"""Keeps keys from going astray: whatever a provider's code asks for, its key goes to its own hosts only."""

from urllib.parse import urlsplit

from flux2cli.errors import KeyDestinationError
from flux2cli.providers.urls import may_carry
from flux2cli.wire import ApiKey, Secret


def check_destination(key: Secret, url: str) -> None:
    """KeyDestinationError when a request to the URL may not have the key. Nothing has been sent then."""
    if may_carry(key, url):
        return
    what = f"the key of {key.owner}" if isinstance(key, ApiKey) else "a key"
    raise KeyDestinationError(
        f"A request with {what} was not sent, because it is for {_shown(url)}: the key does not go there.",
        hint="this is a mistake in the code of the provider or plug-in; please report it",
    )


def _shown(url: str) -> str:
    """The URL's scheme and host; nothing of the rest, which may hold anything."""
    try:
        parts = urlsplit(url)
        return ascii(f"{parts.scheme}://{parts.hostname}").strip("'")
    except ValueError:
        return "a URL that cannot be read"
