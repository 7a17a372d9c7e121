"""A name and `--format` are two answers to one question: they agree, or the request is refused."""

from dataclasses import replace

import pytest

from flux2cli.core.request.build import build_request
from flux2cli.core.request.file_format import check_format, with_implied_format
from flux2cli.core.request.route import choose_route
from flux2cli.errors import UsageError

FLASH = choose_route("flash", "fal", "text")
MAX = choose_route("max", "fal", "text")


def test_a_suffix_implies_a_format_where_none_is_given() -> None:
    assert with_implied_format(FLASH, {"seed": 7}, "jpeg") == {"seed": 7, "format": "jpeg"}
    assert with_implied_format(FLASH, {"format": "webp"}, "jpeg") == {"format": "webp"}
    assert with_implied_format(FLASH, {}, None) == {}


def test_a_route_without_a_choice_of_formats_makes_what_it_makes() -> None:
    bare = replace(FLASH, fields={name: field for name, field in FLASH.fields.items() if name != "format"})

    assert with_implied_format(bare, {}, "webp") == {}
    check_format(build_request(bare, {"prompt": "fox"}), "a.webp", "webp")


def test_a_format_that_a_route_lacks_is_refused_by_its_suffix() -> None:
    with pytest.raises(UsageError) as caught:
        with_implied_format(MAX, {}, "webp")

    assert caught.value.message == "`-o` asks for a webp file, and fal-ai/flux-2-max makes jpeg or png."
    assert caught.value.hint == "use another suffix, or convert the image"


@pytest.mark.parametrize(
    ("name", "suffix", "wanted", "ending"),
    [
        ("a.png", "png", "jpeg", "jpg"),
        ("a.jpeg", "jpeg", "webp", "webp"),
        ("{slug}.webp", "webp", "png", "png"),
    ],
)
def test_two_formats_are_a_contradiction(name: str, suffix: str, wanted: str, ending: str) -> None:
    request = build_request(FLASH, {"prompt": "fox", "format": wanted})

    with pytest.raises(UsageError) as caught:
        check_format(request, name, suffix)

    assert caught.value.message == f"`{name}` names a {suffix} file, and the format asked for is {wanted}."
    assert caught.value.hint == (
        f"leave the format out, or end the name in .{ending}; in a template, .{{ext}} is the format's"
    )
    assert caught.value.about == "output"


@pytest.mark.parametrize(("suffix", "wanted"), [("jpeg", "jpeg"), (None, "webp"), ("png", None)])
def test_equal_answers_and_single_ones_are_fine(suffix: str | None, wanted: str | None) -> None:
    given = {"prompt": "fox"} if wanted is None else {"prompt": "fox", "format": wanted}

    check_format(build_request(FLASH, given), "a", suffix)
