"""What a task costs here. Vtrix publishes no prices, so the figures are what the same variant costs at fal."""

from decimal import Decimal

from flux2cli.core.money import cost
from flux2cli.providers.registry import by_endpoint, routes_of
from flux2cli.sandbox import bfl_schema


def of(model: str, made: bfl_schema.Plan) -> Decimal:
    """US dollars of a task of this model; 0 for a variant without a price at fal."""
    route = by_endpoint("vtrix", model)
    edits = [other for other in routes_of(route.variant, "fal") if other.mode == "edit"] if route else []
    if not edits:
        return Decimal(0)
    size = (made.picture.width, made.picture.height)  # an edit without inputs costs what text alone does
    return cost.estimate(edits[0], outputs=[size], inputs=bfl_schema.billed(made.inputs)).low or Decimal(0)
