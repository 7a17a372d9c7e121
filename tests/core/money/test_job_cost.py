"""Money: the seed documents' own figures, then the ranges and the shares."""

from decimal import Decimal

import pytest

from flux2cli.catalog import Route
from flux2cli.catalog.pricing import money, planned_outputs
from flux2cli.catalog.sizes import Size
from flux2cli.core.money.job_cost import Cost, estimate, shares, stated_cost
from flux2cli.providers.amounts import amount_of
from flux2cli.providers.registry import by_endpoint

MEGAPIXEL = (1024, 1024)
FULL_HD = (1920, 1080)


def route(endpoint: str, provider: str = "fal") -> Route:
    found = by_endpoint(provider, endpoint)
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
        ("fal-ai/flux-2-pro", [], [MEGAPIXEL], "0.03"),
        ("fal-ai/flux-2-pro", [], [FULL_HD], "0.045"),
        ("fal-ai/flux-2-pro/edit", [FULL_HD], [MEGAPIXEL], "0.06"),
        ("fal-ai/flux-2-pro/outpaint", [MEGAPIXEL], [(1536, 1536)], "0.075"),
        ("fal-ai/flux-2/edit", [(4000, 3000)], [MEGAPIXEL], "0.024"),
        ("fal-ai/flux-2/turbo", [], [MEGAPIXEL], "0.008"),
        ("fal-ai/flux-2/turbo/edit", [(512, 512)], [MEGAPIXEL], "0.016"),
        ("fal-ai/flux-2/klein/4b", [], [MEGAPIXEL], "0.005"),
        ("fal-ai/flux-2/klein/4b/edit", [(512, 512)], [MEGAPIXEL], "0.02"),
        ("fal-ai/flux-2/klein/4b/base", [], [MEGAPIXEL], "0.009"),
        ("fal-ai/flux-2/klein/4b/base/edit", [(512, 512)], [MEGAPIXEL], "0.018"),
        ("fal-ai/flux-2/klein/9b", [], [MEGAPIXEL], "0.006"),
        ("fal-ai/flux-2/klein/9b/edit", [(512, 512)], [MEGAPIXEL], "0.022"),
        ("fal-ai/flux-2/klein/9b/base/edit", [(512, 512)], [MEGAPIXEL], "0.022"),
        ("fal-ai/flux-2/klein/9b/base/lora", [], [MEGAPIXEL], "0.02"),
        ("fal-ai/flux-2/klein/9b/base/edit/lora", [(512, 512)], [MEGAPIXEL], "0.04"),
    ],
)
def test_a_request_costs(
    endpoint: str, inputs: list[tuple[int, int]], outputs: list[tuple[int, int]], dollars: str
) -> None:
    found = estimate(route(endpoint), outputs=outputs, inputs=inputs)

    assert (found.low, found.high) == (Decimal(dollars), Decimal(dollars))


@pytest.mark.parametrize(
    ("endpoint", "inputs", "outputs", "dollars"),
    [
        ("flux-2-max", [MEGAPIXEL], [MEGAPIXEL], "0.10"),
        ("flux-2-pro", [MEGAPIXEL], [MEGAPIXEL], "0.045"),
        ("flux-2-pro-preview", [MEGAPIXEL], [MEGAPIXEL], "0.045"),
        ("flux-2-flex", [], [MEGAPIXEL], "0.05"),
        ("flux-2-flex", [MEGAPIXEL], [MEGAPIXEL], "0.10"),
        ("flux-2-klein-4b", [MEGAPIXEL], [MEGAPIXEL], "0.015"),
        ("flux-2-klein-9b", [MEGAPIXEL], [MEGAPIXEL], "0.017"),
        ("flux-2-klein-9b-preview", [], [FULL_HD], "0.017"),
    ],
)
def test_a_request_to_bfl_costs(
    endpoint: str, inputs: list[tuple[int, int]], outputs: list[tuple[int, int]], dollars: str
) -> None:
    found = estimate(route(endpoint, "bfl"), outputs=outputs, inputs=inputs)

    assert (found.low, found.high) == (Decimal(dollars), Decimal(dollars))


@pytest.mark.parametrize(
    ("provider", "endpoint"),
    [
        ("vtrix", "flux_2_max"),
        ("vtrix", "flux_2_pro"),
        ("fal", "fal-ai/flux-2/lora/edit"),
        ("fal", "fal-ai/flux-2/klein/4b/lora"),
        ("fal", "fal-ai/flux-2/klein/9b/base"),
    ],
)
def test_what_nobody_publishes_is_unknown(provider: str, endpoint: str) -> None:
    assert estimate(route(endpoint, provider), outputs=[MEGAPIXEL]).low is None


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
    assert found.text() == "unknown"


def test_the_sizes_that_a_request_asks_for() -> None:
    flash, edit = route("fal-ai/flux-2/flash"), route("fal-ai/flux-2-max/edit")

    assert planned_outputs(flash, {}) == [(1024, 768)]
    assert planned_outputs(flash, {"size": "square", "num": 3}) == [(512, 512)] * 3
    assert planned_outputs(flash, {"size": Size(640, 512)}) == [(640, 512)]
    assert planned_outputs(edit, {}) == [None]
    assert planned_outputs(edit, {"size": "auto"}) == [None]


def test_bfl_follows_the_first_reference_and_makes_a_square_without_one() -> None:
    pro = route("flux-2-pro", "bfl")

    assert planned_outputs(pro, {}) == [(1024, 1024)]
    assert planned_outputs(pro, {"size": "auto"}, [(800, 600), (64, 64)]) == [(800, 600)]
    assert planned_outputs(pro, {}, [(8000, 6000)]) == [(2048, 2048)]
    assert planned_outputs(pro, {}, [None]) == [None]
    assert planned_outputs(pro, {"size": "square"}, [(800, 600)]) == [(512, 512)]


def test_an_outpainted_canvas_is_the_image_and_what_is_added() -> None:
    outpaint = route("fal-ai/flux-2-pro/outpaint")

    assert planned_outputs(outpaint, {"left": 256, "right": 256, "top": 256, "bottom": 256}, [MEGAPIXEL]) == [
        (1536, 1536)
    ]
    assert planned_outputs(outpaint, {"left": 1, "bottom": 2}, [(10, 20)]) == [(11, 22)]
    assert planned_outputs(outpaint, {"left": 1}, [None]) == [None]
    assert planned_outputs(outpaint, {"left": 1, "auto_crop": True}, [(10, 20)]) == [None]


def test_shares_add_up_and_the_first_image_carries_the_remainder() -> None:
    assert shares(Decimal("0.10"), 3) == [Decimal("0.033334"), Decimal("0.033333"), Decimal("0.033333")]
    assert shares(Decimal("0.02"), 4) == [Decimal("0.005")] * 4
    assert shares(None, 2) == [None, None]


@pytest.mark.parametrize(
    ("amount", "text"), [("0.1", "0.10"), ("0.005", "0.005"), ("0.0300", "0.03"), ("1", "1.00"), ("12.5", "12.50")]
)
def test_money_has_two_decimals_at_least(amount: str, text: str) -> None:
    assert money(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        ("0.05", "0.05", "$0.05"),
        ("0.0700", "0.16", "$0.07 to $0.16"),
        ("0", "0", "$0.00"),
        (None, None, "unknown"),
    ],
)
def test_a_cost_in_words(low: str | None, high: str | None, text: str) -> None:
    assert Cost(low=amount_of(low), high=amount_of(high)).text() == text


def test_a_stated_cost_is_exact_and_has_no_price_of_ours() -> None:
    cost = stated_cost("0.075", sandbox=False)

    assert (cost.low, cost.high, cost.source, cost.price_source) == (
        Decimal("0.075"), Decimal("0.075"), "reported", None
    )  # fmt: skip
    assert stated_cost("0.075", sandbox=True).source == "sandbox"


@pytest.mark.parametrize("text", [None, "", "free", "NaN", "Infinity", "-Infinity"])
def test_what_is_no_amount_is_unknown(text: object) -> None:
    assert amount_of(text) is None


def test_a_price_that_depends_on_what_is_not_known_has_a_worst_case() -> None:
    route = by_endpoint("fal", "fal-ai/flux-2/lora")
    assert route is not None

    cost = estimate(route, outputs=[(1024, 768), (2048, 1024)])

    assert (cost.low, cost.high) == (Decimal("0.063"), Decimal("0.1575"))


def test_an_edit_with_klein_at_fal_makes_one_megapixel_where_no_size_is_asked_for() -> None:
    route = by_endpoint("fal", "fal-ai/flux-2/klein/4b/edit")
    assert route is not None

    assert planned_outputs(route, {}, [(4000, 3000)]) == [(1024, 1024)]
    cost = estimate(route, outputs=planned_outputs(route, {}, [(4000, 3000)]), inputs=[(4000, 3000)])
    assert (cost.low, cost.high) == (Decimal("0.02"), Decimal("0.02"))
