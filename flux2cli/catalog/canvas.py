"""The canvas of an image that is extended beyond its edges."""

from collections.abc import Mapping

from flux2cli.catalog.sizes import Pixels

LARGEST_CANVAS = 2560
"""Pixels; a longer side is reported as refused (two independent projects; not in fal's documentation)."""


def canvas_of(image: Pixels | None, values: Mapping[str, object]) -> Pixels | None:
    """The size of an image with what is added on each side; None when the image's size is not known."""
    if image is None:
        return None
    return image[0] + _of(values, "left") + _of(values, "right"), image[1] + _of(values, "top") + _of(values, "bottom")


def _of(values: Mapping[str, object], side: str) -> int:
    added = values.get(side, 0)
    return added if isinstance(added, int) else 0
