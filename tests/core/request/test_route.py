"""Which endpoint a request goes to, and what is said where there is none."""

from collections.abc import Mapping

import pytest

from flux2cli.catalog import Mode
from flux2cli.core.request.route import choose_route, selectors_in
from flux2cli.errors import UsageError


@pytest.mark.parametrize(
    ("variant", "provider", "mode", "given", "endpoint"),
    [
        ("flash", "fal", "text", {}, "fal-ai/flux-2/flash"),
        ("flash", "fal", "edit", {}, "fal-ai/flux-2/flash/edit"),
        ("dev", "fal", "text", {"lora": ["a"]}, "fal-ai/flux-2/lora"),
        ("klein", "fal", "text", {}, "fal-ai/flux-2/klein/4b"),
        ("klein", "fal", "text", {"weights": "9b", "base": "true"}, "fal-ai/flux-2/klein/9b/base"),
        ("klein", "bfl", "text", {}, "flux-2-klein-4b"),
        ("pro", "bfl", "edit", {"steps": 9}, "flux-2-pro"),
    ],
)
def test_the_endpoint_follows_variant_provider_mode_and_selectors(
    variant: str, provider: str, mode: Mode, given: Mapping[str, object], endpoint: str
) -> None:
    assert choose_route(variant, provider, mode, given).endpoint == endpoint


@pytest.mark.parametrize(
    ("variant", "provider", "mode", "said", "hint"),
    [
        ("flash", "nobody", "text", "There is no provider `nobody`.", "known: fal, vtrix, bfl"),
        ("flash", "bfl", "text", "`flash` is not available at `bfl`.", "it is at: fal"),
    ],
)
def test_where_there_is_none_the_others_are_named(
    variant: str, provider: str, mode: Mode, said: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        choose_route(variant, provider, mode)

    assert caught.value.message == said
    assert (caught.value.hint or "").startswith(hint)


@pytest.mark.parametrize(
    ("given", "selectors"),
    [
        ({"steps": 4, "base": "yes"}, {"base": True}),
        ({"base": "OFF"}, {"base": False}),
        ({"base": None}, {}),
        ({"lora": []}, {"lora": False}),
        ({"lora": ["a/b"]}, {"lora": True}),
    ],
)
def test_only_parameters_that_choose_an_endpoint_count(
    given: Mapping[str, object], selectors: Mapping[str, object]
) -> None:
    assert selectors_in(given) == selectors


def test_a_switch_is_true_or_false() -> None:
    with pytest.raises(UsageError, match="`base` is `perhaps`, which is neither true nor false"):
        selectors_in({"base": "perhaps"})
