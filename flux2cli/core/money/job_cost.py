"""The cost of a request: estimated before it runs, stated when it is accepted, final when its images are saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from flux2cli.catalog import Route
from flux2cli.catalog.pricing import money, price_bounds
from flux2cli.catalog.sizes import Pixels
from flux2cli.providers.amounts import amount_of
from flux2cli.wire import JsonValue

CostSource = Literal["reported", "estimated", "sandbox", "free"]
"""Where the amount comes from: the provider, the price table, the emulator; `free` is the user's own server."""
CostStage = Literal["estimate", "stated", "final"]
"""When the amount was known: before the submit, in the response to it, or with the images."""

_SMALLEST = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The cost of one request in US dollars, from `low` to `high`; both are None, never 0, when it is unknown.

    `billable_units` and `discount` are as received from the provider. `price_source` is the URL of the price table's
    entry and `price_verified_on` the day on which it was read; both None if the table has no price.
    """

    low: Decimal | None = None
    high: Decimal | None = None
    source: CostSource = "estimated"
    stage: CostStage = "estimate"
    billable_units: str | None = None
    discount: JsonValue = None
    price_source: str | None = None
    price_verified_on: str | None = None

    def text(self) -> str:
        """The amount for messages: `$0.05`, `$0.07 to $0.16`, or `unknown`."""
        return price_text(self.low, self.high)

    def share(self, index: int, count: int) -> Decimal | None:
        """The share of one of `count` images in the amount."""
        return shares(self.low, count)[index]


def price_text(low: Decimal | None, high: Decimal | None) -> str:
    """An amount, or a range of amounts, for messages: `$0.05`, `$0.07 to $0.16`, `unknown`."""
    if low is None:
        return "unknown"
    return f"${money(low)}" if low == high or high is None else f"${money(low)} to ${money(high)}"


def estimate(route: Route, *, outputs: Sequence[Pixels | None], inputs: Sequence[Pixels | None] = ()) -> Cost:
    """The cost of a request by the route's price; a range if a size is unknown."""
    low, high = price_bounds(route, outputs=outputs, inputs=inputs) or (None, None)
    price = route.price
    return Cost(
        low=low,
        high=high,
        price_source=price.source if price else None,
        price_verified_on=price.verified_on if price else None,
    )


def stated_cost(amount: str, *, sandbox: bool) -> Cost:
    """The cost that the provider states in its response to the submit; it counts until the job is saved."""
    dollars = amount_of(amount)
    return Cost(low=dollars, high=dollars, source="sandbox" if sandbox else "reported", stage="stated")


def shares(total: Decimal | None, count: int) -> list[Decimal | None]:
    """A request's amount split over its images; the remainder goes to the first."""
    if total is None:
        return [None] * count
    each = (total / count).quantize(_SMALLEST, rounding=ROUND_DOWN)
    return [total - each * (count - 1), *([each] * (count - 1))]
