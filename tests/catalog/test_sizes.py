"""Sizes as people write them: in pixels, by preset, by ratio, and what they may mean by other texts."""

import pytest

from flux2cli.catalog.sizes import (
    AUTO,
    PRESETS,
    Size,
    believable,
    is_ratio,
    meant_size,
    parse_custom,
    preset_of,
    presets_like,
)


@pytest.mark.parametrize("text", ["1024x768", "1024X768", "1024×768", "1024*768", " 1024 x 768 "])
def test_width_and_height(text: str) -> None:
    assert parse_custom(text) == Size(1024, 768)
    assert str(parse_custom(text)) == "1024x768"


@pytest.mark.parametrize("text", ["", "square", "1024", "1024x", "x768", "-1x2", "1.5x2", "1x2x3", "1234567890x1"])
def test_what_is_none(text: str) -> None:
    assert parse_custom(text) is None


@pytest.mark.parametrize(
    ("text", "preset"),
    [
        ("16:9", "landscape_16_9"),
        ("4:3", "landscape_4_3"),
        ("1:1", "square_hd"),
        ("3:4", "portrait_4_3"),
        ("9:16", "portrait_16_9"),
        (" 16 : 9 ", "landscape_16_9"),
        ("16/9", "landscape_16_9"),
        ("square", "square"),
        ("Landscape_16_9", "landscape_16_9"),
        ("AUTO", "auto"),
        ("ULTRA", "ultra"),
    ],
)
def test_a_preset_by_its_name_or_its_ratio(text: str, preset: str) -> None:
    assert preset_of(text, (AUTO, *PRESETS, "ultra")) == preset


@pytest.mark.parametrize("text", ["", "21:9", "16:9:1", "1024:768", "landscape", "16x9", "1024x768"])
def test_what_names_no_preset(text: str) -> None:
    assert preset_of(text, (AUTO, *PRESETS)) is None


def test_a_ratio_whose_preset_is_no_choice_names_none() -> None:
    assert preset_of("1:1", ("square",)) is None


def test_a_ratio_is_two_numbers_too_small_for_pixels() -> None:
    assert [is_ratio(text) for text in ("21:9", "2.35:1", "16:9", "1024:768", "1024", "16x9")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1024", Size(1024, 1024)),
        ("1024px", Size(1024, 1024)),
        ("1024,768", Size(1024, 768)),
        ("1024:768", Size(1024, 768)),
        ("1024 768", Size(1024, 768)),
        ("1024 by 768", Size(1024, 768)),
        ("21:9", None),
        ("63", None),
        ("big", None),
        ("1024x", None),
    ],
)
def test_the_size_that_a_text_may_mean(text: str, size: Size | None) -> None:
    assert meant_size(text) == size


def test_the_presets_that_begin_with_a_word() -> None:
    assert presets_like("Landscape") == ["landscape_4_3", "landscape_16_9"]
    assert presets_like("portrait") == ["portrait_4_3", "portrait_16_9"]
    assert presets_like("") == presets_like("land") == []


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        (1, 1, (1, 1)),
        (16384, 16384, (16384, 16384)),
        (16320, 12240, (16320, 12240)),
        (16385, 16384, None),
        (2**31 - 1, 2**31 - 1, None),
        (10**400, 1, None),
        (-4, -4, None),
        (0, 5, None),
        (None, 5, None),
    ],
)
def test_a_size_that_no_image_has_is_unknown(
    width: int | None, height: int | None, size: tuple[int, int] | None
) -> None:
    assert believable(width, height) == size
