"""Facts as data: variants, parameters, routes per provider, prices with source and date. Standard library only."""

from flux2cli.catalog import bfl, fal, vtrix
from flux2cli.catalog.model import Field, Kind, Mode, Parameter, Price, Route
from flux2cli.catalog.parameters import PARAMETERS
from flux2cli.catalog.sizes import AUTO, PRESETS
from flux2cli.catalog.variants import VARIANTS, Variant

__all__ = [
    "AUTO", "PARAMETERS", "PRESETS", "PROVIDERS", "ROUTES", "VARIANTS",
    "Field", "Kind", "Mode", "Parameter", "Price", "Route", "Variant", "by_endpoint", "kind_of", "routes_of",
]  # fmt: skip

ROUTES: tuple[Route, ...] = (*fal.ROUTES, *vtrix.ROUTES, *bfl.ROUTES)

PROVIDERS: tuple[str, ...] = tuple(dict.fromkeys(route.provider for route in ROUTES))


def by_endpoint(provider: str, endpoint: str) -> Route | None:
    """The route with this endpoint id at this provider, or None."""
    return next((r for r in ROUTES if r.provider == provider and r.endpoint == endpoint), None)


def routes_of(variant: str, provider: str | None = None) -> tuple[Route, ...]:
    """All routes of a variant, at one provider or at all of them, in catalogue order."""
    return tuple(r for r in ROUTES if r.variant == variant and provider in (None, r.provider))


def kind_of(name: str, field: Field) -> Kind:
    """The kind of values that a parameter takes on the route of this field."""
    return field.kind or PARAMETERS[name].kind
