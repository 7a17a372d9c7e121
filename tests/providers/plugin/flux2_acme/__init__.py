"""A fourth provider, as a third party would write it: the plug-in of the made-up service Acme."""

from flux2_acme.info import INFO
from flux2cli.catalog import Route
from flux2cli.providers.interface import Provider

__all__ = ["INFO", "INTERFACE", "load_api", "load_routes"]

INTERFACE = 1
"""The version of the interface that this plug-in was written for."""


def load_routes() -> tuple[Route, ...]:
    """The endpoints."""
    from flux2_acme.routes import ROUTES

    return ROUTES


def load_api() -> Provider:
    """The wire functions."""
    from flux2_acme import api

    return api
