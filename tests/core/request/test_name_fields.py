"""The path of an image as it is known before its request is sent: whole names, zeros for what a response tells."""

from typing import Any

import pytest

from flux2cli.core.request.build import build_request
from flux2cli.core.request.name_fields import planned_path
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.route import choose_route


def planned(template: str, given: dict[str, Any] | None = None, variant: str = "flash", **rest: Any) -> str:
    request = build_request(choose_route(variant, "fal", "text"), {"prompt": "A fox!", **(given or {})})
    return planned_path(request, Output(directory="/out", name=template), **rest)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{slug}-{seed}.{ext}", "/out/a-fox-0000000000.png"),
        ("{variant}/{provider}/{index}.{ext}", "/out/flash/fal/0.png"),
        ("{date}_{time}.{ext}", "/out/2000-01-01_00-00-00.png"),
        ("{request_id}.png", "/out/000000000000000000000000000000000000.png"),
        ("{id}-{label}-{meta.page}.png", "/out/00000000-00000000-00000000.png"),
    ],
)
def test_what_is_not_known_yet_is_zeros(template: str, expected: str) -> None:
    assert planned(template) == expected


def test_what_is_known_is_in_the_path_at_its_full_length() -> None:
    found = planned("{id}/{label}/{meta.page}-{seed}.{ext}", {"seed": 7, "format": "jpeg"},
                    row_id="a:b", label="x" * 300, meta={"page": "y" * 300})  # fmt: skip

    assert found == f"/out/a-b/{'x' * 300}/{'y' * 300}-7.jpg"


def test_the_format_is_that_of_the_route_unless_one_is_asked_for() -> None:
    assert planned("x.{ext}", variant="max") == "/out/x.jpg"
    assert planned("x.{ext}", {"format": "png"}, variant="max") == "/out/x.png"


def test_a_file_is_where_it_was_asked_for() -> None:
    request = build_request(choose_route("flash", "fal", "text"), {"prompt": "fox"})

    assert planned_path(request, Output(directory="/out/a", name="{x}.png", explicit=True)) == "/out/a/{x}.png"
