"""Outpainting where the provider wants the size of the extended image, and the place of the image in it."""

from flux2cli.catalog import Route
from flux2cli.catalog.canvas import SHORTEST_SIDE, canvas_of
from flux2cli.catalog.model import Values
from flux2cli.catalog.sizes import Pixels
from flux2cli.core.request.messages import pixels_in_words
from flux2cli.core.request.request import Request
from flux2cli.errors import UsageError


def check_canvas(route: Route, canvas: Pixels | None) -> None:
    """UsageError for a size that the provider does not make, or that it wants and that is not known."""
    rule = route.fields["right"]
    if not rule.whole_side:
        return
    if canvas is None:
        raise UsageError(
            f"{route.endpoint} wants the size of the extended image, and that of an image at an address is not known.",
            hint="download the image, and give the file",
        )
    shown = f"The extended image is {canvas[0]}x{canvas[1]}"
    if rule.max_pixels is not None and canvas[0] * canvas[1] > rule.max_pixels:
        raise UsageError(
            f"{shown}, and {route.endpoint} makes at most {pixels_in_words(rule.max_pixels)}.",
            hint="add less, or scale the image down first",
        )
    if min(canvas) < SHORTEST_SIDE:
        raise UsageError(f"{shown}, and {route.endpoint} makes no side below {SHORTEST_SIDE} pixels.", hint="add more")


def sent_values(request: Request) -> Values:
    """The request's values as its provider takes them: whole sides where it wants these, else as they are."""
    image = request.references[0].size if request.references else None
    sides = {"right": 0, "bottom": 1}
    whole = {name: index for name, index in sides.items() if _is_whole(request.route, name)}
    canvas = canvas_of(image, request.values) if whole else None
    if canvas is None:
        return request.values
    # Without an offset the image would stand in the middle.
    return {"left": 0, "top": 0, **request.values, **{name: canvas[index] for name, index in whole.items()}}


def _is_whole(route: Route, name: str) -> bool:
    return name in route.fields and route.fields[name].whole_side
