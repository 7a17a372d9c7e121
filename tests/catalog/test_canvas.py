"""The canvas of an image that is extended."""

from collections.abc import Mapping

import pytest

from flux2cli.catalog.canvas import canvas_of


@pytest.mark.parametrize(
    ("values", "canvas"),
    [
        ({}, (100, 50)),
        ({"left": 10, "right": 5, "top": 3, "bottom": 2}, (115, 55)),
        ({"right": None, "bottom": 7}, (100, 57)),
    ],
)
def test_what_is_added_counts(values: Mapping[str, object], canvas: tuple[int, int]) -> None:
    assert canvas_of((100, 50), values) == canvas


def test_an_unknown_image_has_an_unknown_canvas() -> None:
    assert canvas_of(None, {"left": 10}) is None
