"""Computes prices: billed megapixels, the sizes of a request's images, what they cost. Decimal only.

The client's estimates and the emulator's bills both come from here.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import overload

from flux2cli.catalog.canvas import canvas_of
from flux2cli.catalog.model import Price, Route, Values
from flux2cli.catalog.sizes import AUTO, MEGAPIXEL, PRESETS, Pixels, Size

_UNKNOWN_MEGAPIXELS = (1, 4)
"""The least and most megapixels of an image of unknown size: inputs are scaled down to 4 MP, outputs have at most 4."""

_LARGEST = (2048, 2048)
"""The largest square that the models make, in pixels."""


def megapixels(size: Pixels) -> int:
    """Billed megapixels of one image: rounded up, at least 1."""
    return max(1, -(-(size[0] * size[1]) // MEGAPIXEL))


def price_bounds(
    route: Route, *, outputs: Sequence[Pixels | None], inputs: Sequence[Pixels | None] = ()
) -> tuple[Decimal, Decimal] | None:
    """The lowest and highest price of a request, in US dollars; None when the route has no known price.

    The two differ when a size is not known (None), or the price depends on more.
    """
    price = route.price
    if price is None:
        return None
    low = high = 0
    for size in outputs:
        least, most = _range(size)
        low, high = low + least, high + most
    for size in inputs if price.inputs != "free" else ():
        least, most = (1, 1) if price.inputs == "one" else _range(size)
        low, high = low + least, high + most
    return _amount(price, low), _amount(price, high) * price.most


def _range(size: Pixels | None) -> tuple[int, int]:
    return _UNKNOWN_MEGAPIXELS if size is None else (megapixels(size), megapixels(size))


def _amount(price: Price, total: int) -> Decimal:
    return price.first + price.extra * (total - 1)


def planned_outputs(route: Route, values: Values, inputs: Sequence[Pixels | None] = ()) -> list[Pixels | None]:
    """The sizes of a request's images, None if the model decides. `inputs` are its references' sizes."""
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
    """The size without a `size`: that of the first reference, down to 4 MP, else a square (documented by the maker)."""
    if route.mode != "either":
        return route.unasked
    first = inputs[0] if inputs else PRESETS["square_hd"]
    return _LARGEST if first is not None and megapixels(first) > _UNKNOWN_MEGAPIXELS[1] else first


@overload
def money(amount: Decimal) -> str: ...
@overload
def money(amount: Decimal | None) -> str | None: ...
def money(amount: Decimal | None) -> str | None:
    """US dollars as text with at least two decimals and no other trailing zeros; None for None."""
    if amount is None:
        return None
    whole, _, cents = f"{amount:f}".partition(".")
    return f"{whole}.{cents.rstrip('0').ljust(2, '0')}"
