"""What a request may cost before it runs, and what it cost afterwards. Decimal throughout."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, InvalidOperation

from flux2cli.catalog import Price, Route, pricing
from flux2cli.catalog.pricing import megapixels, planned_outputs, price_bounds
from flux2cli.catalog.sizes import Pixels

__all__ = [
    "Estimate", "Pixels", "dollars", "estimate", "megapixels", "money", "planned_outputs", "shares", "stated_cost",
]  # fmt: skip

_SMALLEST = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a request costs, in US dollars: at least `low`, at worst `high`; both None where no price is known."""

    low: Decimal | None
    high: Decimal | None
    price: Price | None

    def record(self) -> dict[str, object]:
        """As plans, the ledger and sidecars show it: decimal text, null when unknown."""
        return {
            "amount": money(self.low),
            "max": money(self.high),
            "currency": "USD",
            "source": "estimated",
            "price_source": self.price.source if self.price else None,
            "price_verified_on": self.price.verified_on if self.price else None,
        }


def estimate(
    route: Route,
    *,
    outputs: Sequence[Pixels | None],
    inputs: Sequence[Pixels | None] = (),
) -> Estimate:
    """The cost of a request by the route's price; a size that is not known counts as a range."""
    low, high = price_bounds(route, outputs=outputs, inputs=inputs) or (None, None)
    return Estimate(low=low, high=high, price=route.price)


def money(amount: Decimal | None) -> str | None:
    """US dollars as records hold them: text with at least two decimals; None stays None."""
    return None if amount is None else pricing.money(amount)


def dollars(text: object) -> Decimal | None:
    """An amount as records hold it, or as a provider reports it; None for what is none."""
    try:
        amount = Decimal(str(text)) if text is not None else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() else None


def stated_cost(amount: str, *, sandbox: bool) -> dict[str, object]:
    """What the provider said at once that a request costs, as the ledger keeps it until the job is saved."""
    dollars = money(Decimal(amount))
    return {"amount": dollars, "max": dollars, "currency": "USD", "source": "sandbox" if sandbox else "reported"}


def shares(total: Decimal | None, count: int) -> list[Decimal | None]:
    """A request's amount split over its images; what does not divide goes to the first."""
    if total is None:
        return [None] * count
    each = (total / count).quantize(_SMALLEST, rounding=ROUND_DOWN)
    return [total - each * (count - 1), *([each] * (count - 1))]
