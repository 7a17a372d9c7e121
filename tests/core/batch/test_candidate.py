"""Candidates of a row: their seeds, their places, and the row that they belong to."""

import pytest

from flux2cli.core.batch.candidate import candidate_row
from flux2cli.core.batch.row import CandidateOf, Row
from flux2cli.core.request.build import build_request
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.reference import Reference
from flux2cli.core.request.route import choose_route
from flux2cli.errors import UsageError

BARE = Output(directory="/out", name="{id}.{ext}")


def row(output: Output = BARE, *, row_id: str = "hero", **values: object) -> Row:
    request = build_request(choose_route("flash", "fal", "text"), {"prompt": "a fox", **values})
    return Row(number=1, file="p.csv", line=2, key="k1", request=request, id=row_id, output=output, source="../p.csv")


def test_each_has_a_seed_of_its_own_that_is_the_same_again() -> None:
    seeds = [candidate_row(row(), "/out", index).request.values["seed"] for index in (0, 1, 2, 0)]

    assert len(set(seeds)) == 3
    assert seeds[0] == seeds[3]
    assert candidate_row(row(seed=7), "/out", 0).request.values["seed"] == seeds[0]


def test_it_lies_apart_and_names_its_row() -> None:
    made = candidate_row(row(), "/out", 0)

    assert made.output == Output(directory="/out/.candidates/hero", name="{seed}.{ext}")
    assert made.candidate == CandidateOf(id="hero", key="k1", place="hero.png")
    assert made.candidate.document() == {"id": "hero", "key": "k1", "place": "hero.png"}
    assert (made.id, made.source) == (None, "../p.csv")
    assert made.key not in {"k1", candidate_row(row(), "/out", 1).key}


@pytest.mark.parametrize(
    ("output", "place"),
    [
        (Output(directory="/out/big", name="x.jpg", explicit=True), "big/x.jpg"),
        (Output(directory="/out", name="{variant}/{id}-{index}.{ext}"), "flash/hero-0.png"),
    ],
)
def test_the_place_of_the_row(output: Output, place: str) -> None:
    made = candidate_row(row(output), "/out", 0)

    assert made.candidate is not None
    assert made.candidate.place == place


def test_an_id_with_a_slash_is_one_folder() -> None:
    assert candidate_row(row(row_id="icon/fox"), "/out", 0).output.directory == "/out/.candidates/icon-fox"


def test_a_model_without_seeds_has_no_candidates() -> None:
    photo = Reference(source="a.png", name="a.png", path="a.png", sha256="0" * 64, width=8, height=8)
    request = build_request(choose_route("pro", "fal", "outpaint"), {"left": 64}, [photo])
    outpaint = Row(number=1, file="p.csv", line=2, key="k", request=request, id="x", output=BARE)

    with pytest.raises(UsageError, match="takes no seed"):
        candidate_row(outpaint, "/out", 0)
