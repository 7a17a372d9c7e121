"""The size of the canvas when an image is extended beyond its edges (outpainting)."""

from flux2cli.catalog.model import Values
from flux2cli.catalog.sizes import Pixels

LARGEST_CANVAS = 2560
"""Pixels; two independent projects report that a longer side is refused. No provider documents it."""

SHORTEST_SIDE = 64
"""Pixels; the least that outpainting makes, by the SDK of the model's maker."""


def canvas_of(image: Pixels | None, values: Values) -> Pixels | None:
    """The size of an image plus what is added on each side, in pixels; None when the image's size is unknown."""
    if image is None:
        return None
    return image[0] + _of(values, "left") + _of(values, "right"), image[1] + _of(values, "top") + _of(values, "bottom")


def _of(values: Values, side: str) -> int:
    added = values.get(side, 0)
    return added if isinstance(added, int) else 0
