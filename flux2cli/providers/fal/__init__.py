"""fal: its queue, file storage and platform API. Routes and wire functions are imported when they are used."""

from typing import TYPE_CHECKING

from flux2cli.catalog.model import Route
from flux2cli.providers.fal.info import INFO

if TYPE_CHECKING:
    from flux2cli.providers.interface import Provider

__all__ = ["INFO", "load_api", "load_routes"]


def load_routes() -> tuple[Route, ...]:
    """The routes, in the order of the catalogue."""
    from flux2cli.providers.fal.routes import ROUTES

    return ROUTES


def load_api() -> "Provider":
    """The wire functions."""
    from flux2cli.providers.fal import api

    return api
