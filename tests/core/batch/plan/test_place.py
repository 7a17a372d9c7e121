"""Which outputs fix the place of an image, and which leave it where it is."""

import pytest

from flux2cli.core.batch.plan.place import fixed_place, is_at, named_by_id, names_in, paths_by_id
from flux2cli.core.batch.row import Row
from flux2cli.core.request.build import build_request
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.route import choose_route


def row(name: str, *, explicit: bool = False, row_id: str | None = "hero", **values: object) -> Row:
    request = build_request(choose_route("flash", "fal", "text"), {"prompt": "a fox", **values})
    return Row(
        number=1, file="p.csv", line=2, key="k", request=request, id=row_id, label="art", meta={"page": "home"},
        output=Output(directory="/out", name=name, explicit=explicit),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("{meta.page}/{id}.{ext}", "/out/home/hero.png"),
        ("{id}-{index}.{ext}", "/out/hero-0.png"),
        ("{variant}/{label}.{ext}", "/out/flash/art.png"),
        ("{prompt}.{ext}", "/out/a fox.png"),
        ("{id}.{ext}", None),
        ("{slug}.{ext}", None),
        ("{id}-{seed}.{ext}", None),
        ("{id}-{date}.{ext}", None),
        ("fox.{ext}", None),
        ("{variant}.{ext}", None),
    ],
)
def test_a_template_fixes_a_place_by_fields_that_the_row_alone_decides(name: str, place: str | None) -> None:
    assert fixed_place(row(name)) == place


def test_a_file_is_a_place_and_further_images_have_their_own() -> None:
    assert fixed_place(row("x.jpg", explicit=True)) == "/out/x.jpg"
    assert fixed_place(row("{id}-{index}.{ext}", num=3), index=2) == "/out/hero-2.png"


def test_the_suffix_follows_the_bytes_unless_the_name_is_typed() -> None:
    template, file = row("{id}-x.{ext}").output, row("hero.png", explicit=True).output

    assert is_at("/out/hero-x.jpg", "/out/hero-x.png", template)
    assert not is_at("/out/hero-y.png", "/out/hero-x.png", template)
    assert is_at("/out/hero.png", "/out/hero.png", file)
    assert not is_at("/out/hero.jpg", "/out/hero.png", file)


def test_images_of_rows_with_an_id_are_named_by_it_where_nothing_else_names_them() -> None:
    bare = Output(directory="/out", name="{slug}-{seed}.{ext}")

    assert named_by_id(bare, "hero") == Output(directory="/out", name="{id}.{ext}")
    assert named_by_id(bare, None) == bare
    for named in (Output(directory="/out", name="{slug}.{ext}"), Output(directory="/out", name="a.png", explicit=True)):
        assert named_by_id(named, "hero") == named
    assert paths_by_id(row("{id}.{ext}")) == ["/out/hero.png", "/out/hero.jpg", "/out/hero.jpeg", "/out/hero.webp"]
    assert paths_by_id(row("{id}.{ext}", row_id=None)) == []


def test_names_are_relative_to_the_output() -> None:
    assert names_in("/out", ("/out/a.png", "/out/sub/b.png")) == ("a.png", "sub/b.png")
    assert names_in("/out/sub", ("/out/a.png",)) == ("../a.png",)
