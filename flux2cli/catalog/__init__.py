"""The types and tables for facts about models: parameters, variants, sizes, routes, prices. No rows of any provider."""

from flux2cli.catalog.model import Field, Kind, Mode, Parameter, Price, Route
from flux2cli.catalog.parameters import PARAMETERS
from flux2cli.catalog.sizes import AUTO, PRESETS
from flux2cli.catalog.variants import VARIANTS, Variant

__all__ = [
    "AUTO", "PARAMETERS", "PRESETS", "VARIANTS",
    "Field", "Kind", "Mode", "Parameter", "Price", "Route", "Variant", "kind_of",
]  # fmt: skip


def kind_of(name: str, field: Field) -> Kind:
    """The kind of a parameter's values on the route of this field."""
    return field.kind or PARAMETERS[name].kind
