"""Candidates of rows, made and picked."""

import json
from pathlib import Path

import pytest
from PIL import Image
from support.shell import Ran, Shell

ROWS = "id,prompt,output\nhero,a fox,big/hero.png\nowl,an owl,\n"


def batch(shell: Shell, *argv: str) -> Ran:
    (shell.cwd / "p.csv").write_text(ROWS)
    return shell.run("batch", "p.csv", "-m", "flash", "-o", "out/", "--sandbox", *argv)


def candidates(shell: Shell, row_id: str) -> list[Path]:
    return sorted((shell.cwd / "out/.candidates" / row_id).glob("*.png"))


def submits(shell: Shell) -> int:
    return len(shell.run("jobs", "list", "--json", "--sandbox").json)


@pytest.fixture
def made(shell: Shell) -> Shell:
    """Two rows, and three candidates of each."""
    assert batch(shell).code == 0
    assert batch(shell, "--only", "*", "--candidates", "3").code == 0
    assert (len(candidates(shell, "hero")), len(candidates(shell, "owl")), submits(shell)) == (3, 3, 8)
    return shell


def test_candidates_are_no_images_of_rows_and_a_second_run_makes_what_is_missing(made: Shell) -> None:
    assert batch(made).err == "2 rows: 2 done already\n"
    assert batch(made, "--check").code == 0
    candidates(made, "owl")[1].unlink()

    more = batch(made, "--only", "owl", "--candidates", "4")

    assert more.code == 0, more.err
    assert (len(candidates(made, "owl")), submits(made)) == (4, 9), "one came back from the cache"
    record = json.loads(candidates(made, "owl")[0].with_name(f"{candidates(made, 'owl')[0].name}.json").read_text())
    assert (record["candidate"]["id"], record["candidate"]["place"]) == ("owl", "owl.png")
    assert record["given"]["seed"] == record["seed"]


def test_a_picked_candidate_is_the_rows_image_and_the_old_one_a_candidate(made: Shell) -> None:
    chosen = candidates(made, "hero")[1]
    before = (made.cwd / "out/big/hero.png").read_bytes()

    ran = made.run("pick", str(chosen.relative_to(made.cwd)))

    assert (ran.code, ran.out, ran.err) == (0, "out/big/hero.png\n", f"picked {chosen.name} for hero\n")
    assert (made.cwd / "out/big/hero.png").read_bytes() == chosen.read_bytes()
    assert before in [path.read_bytes() for path in candidates(made, "hero")]
    record = json.loads((made.cwd / "out/big/hero.png.json").read_text())
    assert (record["picked"], record["row"]["id"], "candidate" in record) == (chosen.name, "hero", False)
    assert batch(made).err == "2 rows: 2 done already\n"
    assert batch(made, "--check").code == 0
    assert submits(made) == 8


def test_twice_changes_nothing_and_the_old_one_can_be_picked_again(made: Shell) -> None:
    first, second, _ = candidates(made, "owl")
    original = (made.cwd / "out/owl.png").read_bytes()
    for file in (first, first, second, first):
        assert made.run("pick", str(file)).code == 0
    assert len(candidates(made, "owl")) == 4

    [kept] = [path for path in candidates(made, "owl") if path.read_bytes() == original]
    assert made.run("pick", str(kept)).code == 0

    assert (made.cwd / "out/owl.png").read_bytes() == original
    again = made.run("pick", str(kept))
    assert (again.out, again.err) == ("", f"{kept.name} is the image of owl already\n")


def test_several_rows_at_once_and_json(made: Shell) -> None:
    files = [str(candidates(made, row_id)[0]) for row_id in ("hero", "owl")]

    ran = made.run("pick", *files, "--json")

    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == ["hero", "owl"]


def test_a_row_that_was_never_made_gets_its_image_by_a_pick(shell: Shell) -> None:
    assert batch(shell, "--only", "owl", "--candidates", "2").code == 0

    assert shell.run("pick", str(candidates(shell, "owl")[0])).out == "out/owl.png\n"
    assert batch(shell).err.splitlines()[0] == "2 rows: 1 done already, 1 to send, $0.005 (estimated)"


def test_what_cannot_be_picked(made: Shell) -> None:
    one, two, three = candidates(made, "owl")
    both = made.run("pick", str(one), str(two))
    assert (both.code, both.err.splitlines()[0]) == (
        2, f"error: `{one.name}` and `{two.name}` are candidates of one row, `owl`.",
    )  # fmt: skip
    image = made.run("pick", "out/owl.png")
    assert (image.code, image.err.splitlines()[0]) == (2, "error: `owl.png` is no candidate.")
    none = made.run("pick", "none.png")
    assert (none.code, none.err.splitlines()[0]) == (2, "error: There is no `none.png`.")

    Image.new("RGB", (9, 9)).save(three)
    changed = made.run("pick", str(three))
    assert (changed.code, "is not the image that its record describes" in changed.err) == (11, True)

    Image.new("RGB", (9, 9)).save(made.cwd / "out/owl.png")
    edited = made.run("pick", str(one))
    assert (edited.code, "was edited since it was made" in edited.err) == (2, True)
    (made.cwd / "out/owl.png.json").unlink()
    foreign = made.run("pick", str(one))
    assert (foreign.code, "is not the image of row `owl`" in foreign.err) == (2, True)


def test_candidates_need_rows_that_are_named(made: Shell) -> None:
    ran = batch(made, "--candidates", "2")

    assert (ran.code, ran.err.splitlines()[0]) == (
        2, "error: `--candidates` pays for images of rows that may have one.",
    )  # fmt: skip
