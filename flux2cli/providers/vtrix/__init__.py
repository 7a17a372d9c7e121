"""Vtrix: its generation tasks. Routes and wire functions are imported when they are used."""

from flux2cli.catalog.model import Route
from flux2cli.providers.interface import Provider, ProviderInfo

INFO = ProviderInfo(
    name="vtrix",
    title="Vtrix",
    key_variables=(("VTRIX_API_KEY",),),
    key_page="https://vtrix.ai/settings?tab=api-keys",
    key_hosts=("vtrix.ai", "*.vtrix.ai"),
    uploads=False,
    upload_limit=20 * 1024 * 1024,  # the limit of Vtrix' sister models
    emulator="flux2cli.sandbox.vtrix",
)


def routes() -> tuple[Route, ...]:
    """The models, in catalogue order."""
    from flux2cli.providers.vtrix.routes import ROUTES

    return ROUTES


def load() -> Provider:
    """The wire functions."""
    from flux2cli.providers.vtrix import api

    return api
