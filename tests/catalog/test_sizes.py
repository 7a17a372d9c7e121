"""Sizes in pixels as people write them."""

import pytest

from flux2cli.catalog.sizes import Size, parse_custom


@pytest.mark.parametrize("text", ["1024x768", "1024X768", "1024×768", "1024*768", " 1024 x 768 "])
def test_width_and_height(text: str) -> None:
    assert parse_custom(text) == Size(1024, 768)
    assert str(parse_custom(text)) == "1024x768"


@pytest.mark.parametrize("text", ["", "square", "1024", "1024x", "x768", "-1x2", "1.5x2", "1x2x3", "1234567890x1"])
def test_what_is_none(text: str) -> None:
    assert parse_custom(text) is None
