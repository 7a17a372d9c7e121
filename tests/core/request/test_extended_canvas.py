"""What an outpaint sends where the provider wants the size of the whole image."""

from dataclasses import replace

import pytest

from flux2cli.core.request.build import build_request
from flux2cli.core.request.extended_canvas import check_canvas, sent_values
from flux2cli.core.request.reference import Reference
from flux2cli.core.request.route import choose_route
from flux2cli.errors import UsageError

CANVAS, EDGES = choose_route("pro", "bfl", "outpaint"), choose_route("pro", "fal", "outpaint")
PHOTO = Reference(source="a.png", name="a.png", path="a.png", sha256="0" * 64, width=600, height=400)


def test_whole_sides_and_an_offset_from_the_upper_left() -> None:
    request = build_request(CANVAS, {"right": "40"}, [PHOTO])

    assert dict(request.values) == {"right": 40}
    assert sent_values(request) == {"left": 0, "top": 0, "right": 640, "bottom": 400}


def test_where_the_provider_takes_what_is_added_nothing_changes() -> None:
    request = build_request(EDGES, {"right": "40"}, [PHOTO])

    assert sent_values(request) == {"right": 40}


def test_the_request_key_is_that_of_what_was_given() -> None:
    plain = build_request(CANVAS, {"right": "40"}, [PHOTO])

    assert build_request(CANVAS, {"right": 40}, [replace(PHOTO, name="b.png")]).key == plain.key
    assert build_request(CANVAS, {"left": 40}, [PHOTO]).key != plain.key


@pytest.mark.parametrize(
    ("canvas", "said"),
    [
        (None, "wants the size of the extended image"),
        ((2049, 2048), "makes at most 4 megapixels"),
        ((63, 640), "makes no side below 64 pixels"),
    ],
)
def test_sizes_that_it_does_not_make(canvas: tuple[int, int] | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        check_canvas(CANVAS, canvas)
    check_canvas(EDGES, canvas)
    check_canvas(CANVAS, (2048, 2048))
    check_canvas(CANVAS, (64, 64))
