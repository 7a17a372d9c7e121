"""Compares the prices that a provider states with the catalogue's. No I/O."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from flux2cli.catalog import Route
from flux2cli.catalog.pricing import money, price_bounds
from flux2cli.core.health import Check
from flux2cli.wire import PriceQuery, StatedPrice

_SAME = Decimal("0.0000005")
"""US dollars by which two equal prices may differ, since JSON has no decimal numbers."""

Agreement = Literal["agrees", "differs", "not-in-catalogue", "not-comparable", "not-stated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPrice:
    """A price in US dollars as the provider states it and as the catalogue has it; None where there is none.

    Both are for one image of `size` pixels with so many references of that size. `other` is what the provider states in
    place of a price in dollars.
    """

    route: Route
    agreement: Agreement
    size: tuple[int, int]
    references: int
    stated: Decimal | None = None
    catalogue: Decimal | None = None
    other: str = ""

    def text(self) -> str:
        """The endpoint with what is stated about it."""
        stated = self.other if self.stated is None else f"${money(self.stated)}"
        return f"{self.route.endpoint} {stated}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPrices:
    """What one provider said about its prices. `problem` says why it said nothing (any more), `hint` what to do."""

    provider: str
    prices: tuple[ComparedPrice, ...]
    problem: str | None = None
    hint: str | None = None


def compared(route: Route, query: PriceQuery, stated: StatedPrice | None) -> ComparedPrice:
    """The comparison of a route's price with what the response to a query states about it; None: nothing."""
    bounds = price_bounds(route, outputs=[query.size], inputs=[query.size] * query.references)
    known = None if bounds is None else bounds[0]
    amount = None if stated is None or stated.amount is None else Decimal(stated.amount)
    if stated is None:
        agreement: Agreement = "not-stated"
    elif amount is None:
        agreement = "not-comparable"
    elif known is None:
        agreement = "not-in-catalogue"
    else:
        agreement = "agrees" if abs(amount - known) < _SAME else "differs"
    return ComparedPrice(
        route=route, agreement=agreement, size=query.size, references=query.references,
        stated=amount, catalogue=known, other="" if stated is None else stated.other,
    )  # fmt: skip


def price_checks(found: ProviderPrices) -> Iterator[Check]:
    """The lines of `flux2 doctor --prices` about one provider: a price that differs is a failed check."""
    name = f"{found.provider} prices"
    agreeing = sum(price.agreement == "agrees" for price in found.prices)
    if agreeing:
        yield Check(name=name, status="ok", message=f"{agreeing} as in the catalogue")
    for price in found.prices:
        if price.agreement == "differs":
            yield _differs(name, price)
    yield from _listed(name, "the catalogue has none for", found.prices, "not-in-catalogue")
    yield from _listed(name, "in other units than the catalogue's", found.prices, "not-comparable")
    yield from _listed(name, "none stated for", found.prices, "not-stated")
    if found.problem is not None:
        yield Check(name=name, status="warning", message=f"not compared: {found.problem}", hint=found.hint)


def _differs(name: str, price: ComparedPrice) -> Check:
    known = price.route.price
    source = "" if known is None else f" (read {known.verified_on}, {known.source})"
    text = f"{price.text()} for {_request(price)}; the catalogue has ${money(price.catalogue)}{source}"
    hint = "estimates and limits go by the catalogue; a discount of your account shows here, too"
    return Check(name=name, status="failed", message=text, hint=hint)


def _request(price: ComparedPrice) -> str:
    size = f"{price.size[0]}x{price.size[1]}"
    return f"{size} with {price.references} such reference" if price.references else size


def _listed(name: str, start: str, prices: Sequence[ComparedPrice], agreement: Agreement) -> Iterator[Check]:
    names = _once(price.text() for price in prices if price.agreement == agreement)
    if names:
        yield Check(name=name, status="warning", message=f"{start}: {', '.join(names)}")


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
