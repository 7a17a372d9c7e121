"""Every row of a batch has an id and a file of its own, also where one row's file is another's directory."""

from dataclasses import replace

import pytest

from flux2cli.core.batch.row import Row
from flux2cli.core.batch.unique_rows import UniqueRows
from flux2cli.core.request.build import build_request
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.route import choose_route
from flux2cli.errors import UsageError

REQUEST = build_request(choose_route("flash", "fal", "text"), {"prompt": "fox"})
OUTPUT = Output(directory="/out", name="{slug}.{ext}")
ROW = Row(number=1, file="p.csv", line=2, key="k", request=REQUEST, output=OUTPUT)


def file(line: int, directory: str, name: str) -> Row:
    return replace(ROW, line=line, output=Output(directory=directory, name=name, explicit=True))


def said(*rows: Row) -> str:
    """What is wrong with the last of the rows."""
    unique = UniqueRows()
    for row in rows[:-1]:
        unique.check(row)
    with pytest.raises(UsageError) as caught:
        unique.check(rows[-1])
    return caught.value.message


def test_an_id_and_a_file_belong_to_one_row() -> None:
    assert said(replace(ROW, id="a"), replace(ROW, line=3, id="a")) == "`a` is the id of p.csv:2, too."
    assert said(file(2, "/out", "a.png"), file(3, "/out", "a.png")) == "`a.png` is where p.csv:2 goes, too."


@pytest.mark.parametrize("below", ["/out/a.png", "/out/a.png/deep/er"])
def test_a_file_is_no_directory_of_another_row(below: str) -> None:
    upper, lower = file(2, "/out", "a.png"), file(3, below, "b.png")

    assert said(upper, lower) == "`a.png` would be a file and a directory: see p.csv:2."
    assert said(lower, upper) == "`a.png` would be a file and a directory: see p.csv:3."


def test_rows_without_files_of_their_own_are_all_right() -> None:
    unique = UniqueRows()

    for row in (ROW, ROW, file(2, "/out", "a.png"), file(3, "/out/b", "a.png"), file(4, "/", "a.png")):
        unique.check(row)
