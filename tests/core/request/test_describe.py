"""Words about parameters: where they hold is said with as few words as it takes."""

from flux2cli.core.request.describe import describe, grouped, listed, price_in_words, routes_for, with_places
from flux2cli.providers.registry import by_endpoint


def test_one_range_for_all_endpoints_names_none() -> None:
    assert describe(routes_for("flash"), "guidance") == ["0-20", "default 2.5"]


def test_providers_are_named_where_they_differ() -> None:
    assert describe(routes_for("flex"), "steps") == ["2-50 (fal), 1-50 (bfl)", "default 28 (fal), 50 (bfl)"]


def test_modes_are_named_where_they_differ() -> None:
    assert describe(routes_for("flash"), "size")[-1] == "default landscape_4_3 (text), square_hd (edit)"


def test_who_takes_it_comes_first_where_not_all_do() -> None:
    assert describe(routes_for("flex"), "expand_prompt") == ["bfl only", "default true"]
    assert describe(routes_for("klein"), "negative_prompt") == ["fal base only"]


def test_a_reference_image_belongs_to_edits_and_that_is_not_said() -> None:
    assert describe(routes_for("flash"), "image") == ["at most 4"]


def test_what_selects_an_endpoint() -> None:
    assert describe(routes_for("klein"), "weights") == ["4b|9b", "default 4b"]
    assert describe(routes_for("klein"), "preview_model") == ["bfl only"]


def test_base_models_are_told_from_the_others() -> None:
    assert describe(routes_for("klein"), "steps") == ["fal only", "4-8, 4-50 (base)", "default 4, 28 (base)"]


def test_a_grid_is_named_where_it_is_enforced() -> None:
    assert "multiples of 32 (vtrix)" in describe(routes_for("pro"), "size")


def test_told_gives_each_answer_once() -> None:
    routes = routes_for("max")

    assert grouped(routes, lambda _: "same") == [("", "same")]
    assert grouped(routes, lambda _: None) == []
    assert grouped(routes, lambda r: r.provider[0]) == [("fal", "f"), ("vtrix", "v"), ("bfl", "b")]
    assert grouped(routes, lambda r: "x" if r.provider != "fal" else None) == [("vtrix and bfl", "x")]


def test_lists_and_places() -> None:
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
    assert with_places([("", "1-5")]) == "1-5"
    assert with_places([("fal", "1-5"), ("bfl", "0-5")]) == "1-5 (fal), 0-5 (bfl)"


def test_prices_in_words() -> None:
    text, edit = (route.price for route in routes_for("max") if route.provider == "fal")

    assert price_in_words(None) == "price unknown"
    assert price_in_words(text) == "$0.07 for the first megapixel, $0.03 for each further one"
    assert price_in_words(edit) == (
        "$0.07 for the first megapixel, $0.03 for each further one; inputs count by their size"
    )


def test_a_price_that_may_be_higher_says_how_much_and_by_what() -> None:
    route = by_endpoint("fal", "fal-ai/flux-2/lora")

    assert route is not None
    assert price_in_words(route.price) == "$0.021 a megapixel; up to 2.5 times that by the size of the weights"
