"""Megapixels and money: what a request may cost before it runs, and what it came to afterwards. Decimal throughout."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, InvalidOperation

from flux2cli.catalog import AUTO, PRESETS, Price, Route
from flux2cli.catalog.prices import MEGAPIXEL
from flux2cli.catalog.sizes import Size
from flux2cli.core.request.outpaint import Pixels, canvas_of

__all__ = [
    "Estimate", "Pixels", "dollars", "estimate", "megapixels", "money", "planned_outputs", "shares", "stated_cost",
]  # fmt: skip

_UNKNOWN_MEGAPIXELS = (1, 4)
"""What an image of unknown size is taken for: BFL scales inputs down to 4 MP and makes at most 4 MP."""

_LARGEST = (2048, 2048)
"""The largest square that BFL's models make, in pixels."""

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


def megapixels(size: Pixels) -> int:
    """Billed megapixels of one image: rounded up, at least 1."""
    return max(1, -(-(size[0] * size[1]) // MEGAPIXEL))


def estimate(
    route: Route,
    *,
    outputs: Sequence[Pixels | None],
    inputs: Sequence[Pixels | None] = (),
) -> Estimate:
    """The cost of a request by the route's price; a size that is not known counts as a range."""
    price = route.price
    if price is None:
        return Estimate(low=None, high=None, price=None)
    low = high = 0
    for size in outputs:
        least, most = _range(size)
        low, high = low + least, high + most
    for size in inputs if price.inputs != "free" else ():
        least, most = (1, 1) if price.inputs == "one" else _range(size)
        low, high = low + least, high + most
    return Estimate(low=_amount(price, low), high=_amount(price, high), price=price)


def _range(size: Pixels | None) -> tuple[int, int]:
    return _UNKNOWN_MEGAPIXELS if size is None else (megapixels(size), megapixels(size))


def _amount(price: Price, total: int) -> Decimal:
    return price.first + price.extra * (total - 1)


def planned_outputs(
    route: Route, values: Mapping[str, object], inputs: Sequence[Pixels | None] = ()
) -> list[Pixels | None]:
    """The sizes of the images that a request asks for, None where the model decides. `inputs` are its references'."""
    if route.mode == "outpaint":
        cropped = values.get("auto_crop") is True
        return [None if cropped or not inputs else canvas_of(inputs[0], values)]
    asked = values.get("size", route.fields["size"].default if "size" in route.fields else None)
    if isinstance(asked, Size):
        size: Pixels | None = (asked.width, asked.height)
    elif asked in (None, AUTO):
        size = _unasked(route, inputs)
    else:
        size = PRESETS[str(asked)]
    count = values.get("num", 1)
    return [size] * (count if isinstance(count, int) else 1)


def _unasked(route: Route, inputs: Sequence[Pixels | None]) -> Pixels | None:
    """BFL's models follow the first reference, down to 4 MP, and make a square without one (its documentation)."""
    if route.mode != "either":
        return None
    first = inputs[0] if inputs else PRESETS["square_hd"]
    return _LARGEST if first is not None and megapixels(first) > _UNKNOWN_MEGAPIXELS[1] else first


def money(amount: Decimal | None) -> str | None:
    """US dollars as text with at least two decimals and no needless zeros; None stays None."""
    if amount is None:
        return None
    text = f"{amount:f}"
    whole, _, cents = text.partition(".")
    return f"{whole}.{cents.rstrip('0').ljust(2, '0')}"


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
