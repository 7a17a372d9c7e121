"""Money: the seed documents' own figures, then the ranges and the shares."""

from decimal import Decimal

import pytest

from flux2cli.catalog import Route, by_endpoint
from flux2cli.core.cost import estimate, money, planned_outputs, shares
from flux2cli.core.size import Size

MEGAPIXEL = (1024, 1024)
FULL_HD = (1920, 1080)


def route(endpoint: str) -> Route:
    found = by_endpoint("fal", endpoint)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("endpoint", "inputs", "outputs", "dollars"),
    [
        ("fal-ai/flux-2-flex", [], [MEGAPIXEL], "0.05"),
        ("fal-ai/flux-2-flex", [], [FULL_HD], "0.10"),
        # The seed document prints $0.06 for this one, against its own formula of $0.05 a megapixel, rounded up.
        ("fal-ai/flux-2-flex", [], [(512, 512)], "0.05"),
        ("fal-ai/flux-2-flex/edit", [], [MEGAPIXEL], "0.05"),
        ("fal-ai/flux-2-flex/edit", [MEGAPIXEL], [MEGAPIXEL], "0.10"),
        ("fal-ai/flux-2-flex/edit", [FULL_HD], [MEGAPIXEL], "0.15"),
        ("fal-ai/flux-2-max/edit", [MEGAPIXEL], [MEGAPIXEL], "0.10"),
        ("fal-ai/flux-2-max/edit", [MEGAPIXEL] * 2, [MEGAPIXEL], "0.13"),
        ("fal-ai/flux-2-max/edit", [MEGAPIXEL] * 3, [MEGAPIXEL], "0.16"),
        ("fal-ai/flux-2-max/edit", [FULL_HD], [MEGAPIXEL], "0.13"),
        ("fal-ai/flux-2-max", [], [MEGAPIXEL], "0.07"),
        ("fal-ai/flux-2-max", [], [(2048, 2048)], "0.16"),
        ("fal-ai/flux-2/flash/edit", [(512, 512)], [MEGAPIXEL], "0.01"),
        ("fal-ai/flux-2/flash/edit", [(4000, 3000)] * 4, [MEGAPIXEL], "0.025"),
        ("fal-ai/flux-2", [], [(1024, 768)] * 4, "0.048"),
        ("fal-ai/flux-2/flash", [MEGAPIXEL], [MEGAPIXEL], "0.005"),
        ("fal-ai/flux-2-max", [], [(1024, 1025)], "0.10"),
    ],
)
def test_a_request_costs(
    endpoint: str, inputs: list[tuple[int, int]], outputs: list[tuple[int, int]], dollars: str
) -> None:
    found = estimate(route(endpoint), outputs=outputs, inputs=inputs)

    assert (found.low, found.high) == (Decimal(dollars), Decimal(dollars))


def test_auto_size_and_inputs_of_unknown_size_are_a_range() -> None:
    found = estimate(route("fal-ai/flux-2-max/edit"), outputs=[None], inputs=[None])

    assert (found.low, found.high) == (Decimal("0.10"), Decimal("0.28"))


def test_an_input_that_the_provider_shrinks_is_no_range() -> None:
    found = estimate(route("fal-ai/flux-2/flash/edit"), outputs=[MEGAPIXEL], inputs=[None])

    assert (found.low, found.high) == (Decimal("0.010"), Decimal("0.010"))


def test_without_a_known_price_the_cost_is_unknown_and_not_zero() -> None:
    known = route("fal-ai/flux-2")
    unpriced = Route(
        provider="fal", variant="dev", endpoint="x", mode="text", fields=known.fields, price=None, source=""
    )

    found = estimate(unpriced, outputs=[MEGAPIXEL])

    assert (found.low, found.high) == (None, None)
    assert found.record()["amount"] is None


def test_the_sizes_that_a_request_asks_for() -> None:
    flash, edit = route("fal-ai/flux-2/flash"), route("fal-ai/flux-2-max/edit")

    assert planned_outputs(flash, {}) == [(1024, 768)]
    assert planned_outputs(flash, {"size": "square", "num": 3}) == [(512, 512)] * 3
    assert planned_outputs(flash, {"size": Size(640, 512)}) == [(640, 512)]
    assert planned_outputs(edit, {}) == [None]
    assert planned_outputs(edit, {"size": "auto"}) == [None]


def test_shares_add_up_and_the_first_image_carries_the_remainder() -> None:
    assert shares(Decimal("0.10"), 3) == [Decimal("0.033334"), Decimal("0.033333"), Decimal("0.033333")]
    assert shares(Decimal("0.02"), 4) == [Decimal("0.005")] * 4
    assert shares(None, 2) == [None, None]


@pytest.mark.parametrize(
    ("amount", "text"), [("0.1", "0.10"), ("0.005", "0.005"), ("0.0300", "0.03"), ("1", "1.00"), ("12.5", "12.50")]
)
def test_money_has_two_decimals_at_least(amount: str, text: str) -> None:
    assert money(Decimal(amount)) == text
