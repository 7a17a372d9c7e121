"""Black Forest Labs' own API. Routes and wire functions are imported when they are used."""

from flux2cli.catalog.model import Route
from flux2cli.providers.interface import Provider, ProviderInfo

INFO = ProviderInfo(
    name="bfl",
    title="Black Forest Labs",
    key_variables=(("BFL_API_KEY",),),
    key_page="https://dashboard.bfl.ai",
    key_hosts=("bfl.ai", "*.bfl.ai"),
    uploads=False,
    upload_limit=20 * 1024 * 1024,  # its documentation
    most_active=24,
    emulator="flux2cli.sandbox.bfl",
)


def routes() -> tuple[Route, ...]:
    """The endpoints, in catalogue order."""
    from flux2cli.providers.bfl.routes import ROUTES

    return ROUTES


def load() -> Provider:
    """The wire functions."""
    from flux2cli.providers.bfl import api

    return api
