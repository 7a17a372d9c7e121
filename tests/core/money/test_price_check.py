"""A stated price beside the catalogue's, and the lines that say so."""

from decimal import Decimal

import pytest

from flux2cli.catalog.model import Price, Route
from flux2cli.core.money.price_check import ProviderPrices, compared, price_checks
from flux2cli.wire import HttpRequest, PriceQuery, StatedPrice

ASK = HttpRequest(method="GET", url="https://api.acme.example/prices")


SOURCE = "(read 2026-11-20, https://acme.example/pricing)"
PRICE = Price(
    first=Decimal("0.03"),
    extra=Decimal("0.015"),
    inputs="real",
    source="https://acme.example/pricing",
    verified_on="2026-11-20",
    confidence="documented",
)


def route(name: str, price: Price | None = PRICE) -> Route:
    return Route(provider="acme", variant="pro", endpoint=name, mode="either", fields={}, price=price, source="x")


def query(size: tuple[int, int] = (1024, 1024), references: int = 0) -> PriceQuery:
    return PriceQuery(endpoints=("pro",), request=ASK, size=size, references=references)


@pytest.mark.parametrize(
    ("size", "references", "stated", "agreement"),
    [
        ((1024, 1024), 0, "0.03", "agrees"),
        ((1024, 1024), 0, "0.030000000000000002", "agrees"),
        ((1024, 1024), 0, "0.031", "differs"),
        ((1024, 1024), 0, "0.030001", "differs"),
        ((2048, 1024), 0, "0.045", "agrees"),
        ((2048, 1024), 0, "0.06", "differs"),
        ((1024, 1024), 1, "0.045", "agrees"),
        ((1024, 1024), 2, "0.06", "agrees"),
    ],
)
def test_the_price_of_the_same_request_is_compared(
    size: tuple[int, int], references: int, stated: str, agreement: str
) -> None:
    found = compared(route("pro"), query(size, references), StatedPrice(endpoint="pro", amount=stated))

    assert found.agreement == agreement
    assert found.stated == Decimal(stated)


def test_what_cannot_be_compared_says_why() -> None:
    pro, unpriced = route("pro"), route("lora", None)
    cases = [
        compared(unpriced, query(), StatedPrice(endpoint="lora", amount="0.021")),
        compared(pro, query(), StatedPrice(endpoint="pro", other="0.00167 USD per compute seconds")),
        compared(unpriced, query(), StatedPrice(endpoint="lora", other="1 USD per images")),
        compared(pro, query(), None),
    ]

    assert [price.agreement for price in cases] == [
        "not-in-catalogue",
        "not-comparable",
        "not-comparable",
        "not-stated",
    ]
    assert [price.text() for price in cases] == [
        "lora $0.021", "pro 0.00167 USD per compute seconds", "lora 1 USD per images", "pro",
    ]  # fmt: skip


def test_each_difference_is_a_line_that_fails_and_the_rest_is_summed_up() -> None:
    pro = route("pro")
    prices = (
        compared(pro, query(), StatedPrice(endpoint="pro", amount="0.03")),
        compared(pro, query((2048, 1024)), StatedPrice(endpoint="pro", amount="0.05")),
        compared(pro, query(references=1), StatedPrice(endpoint="pro", amount="0.06")),
        compared(route("lora", None), query(), StatedPrice(endpoint="lora", amount="0.021")),
        compared(route("dev"), query(), StatedPrice(endpoint="dev", other="0.1 USD per images")),
        compared(route("new"), query(), None),
        compared(route("new"), query(references=1), None),
    )

    lines = list(price_checks(ProviderPrices(provider="acme", prices=prices, problem="it is gone", hint="wait")))

    assert {line.name for line in lines} == {"acme prices"}
    assert [(line.status, line.message) for line in lines] == [
        ("ok", "1 as in the catalogue"),
        ("failed", f"pro $0.05 for 2048x1024; the catalogue has $0.045 {SOURCE}"),
        ("failed", f"pro $0.06 for 1024x1024 with 1 such reference; the catalogue has $0.045 {SOURCE}"),
        ("warning", "the catalogue has none for: lora $0.021"),
        ("warning", "in other units than the catalogue's: dev 0.1 USD per images"),
        ("warning", "none stated for: new"),
        ("warning", "not compared: it is gone"),
    ]
    assert lines[-1].hint == "wait"
