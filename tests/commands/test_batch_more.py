"""Batches where something goes wrong in the middle: files that change, books that break, folders that are half there."""

import os
from collections import Counter
from pathlib import Path

import pytest
from support.farm import Farm, lines
from support.shell import Ran, Shell
from support.stub import Say, Seen, Stub

GOES_ON = "the same command goes on with what is left"


@pytest.fixture
def farm(stub: Stub) -> Farm:
    return Farm(stub)


def batch(shell: Shell, farm: Farm, *argv: str, text: str, name: str = "prompts.txt") -> Ran:
    (shell.cwd / name).write_text(text)
    return again(shell, farm, *argv, name=name)


def again(shell: Shell, farm: Farm, *argv: str, name: str = "prompts.txt") -> Ran:
    return shell.run("batch", name, "-m", "flash", "-o", "out/", *argv, env=farm.env)


def images(shell: Shell) -> list[str]:
    return [name for name in shell.files() if name.endswith(".png")]


def foxes(count: int) -> str:
    return "".join(f"fox {n}\n" for n in range(count))


# --- what is there and what is not ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".png", "-2.png", ".png.json", "-2.png.json"])
def test_a_row_of_several_images_of_which_one_is_gone_is_made_again(shell: Shell, ending: str) -> None:
    (shell.cwd / "p.csv").write_text("prompt,num,seed\na fox,2,7\n")
    argv = ("batch", "p.csv", "-m", "flash", "-o", "out/", "--sandbox")
    assert shell.run(*argv).code == 0
    assert images(shell) == ["out/a-fox-7-2.png", "out/a-fox-7.png"]
    assert shell.run(*argv).err == "1 row: 1 done already\n"

    (shell.cwd / f"out/a-fox-7{ending}").unlink()

    assert shell.run(*argv, "--dry-run").err == "1 row: 1 to send, $0.01 (estimated)\n"


# --- files that change ---------------------------------------------------------------------------------------------


def meddle(stub: Stub, farm: Farm, change: "os.PathLike[str]", text: str) -> None:
    """At the first submit the prompt file becomes this, in place."""

    def submit(seen: Seen) -> Say:
        with Path(change).open("r+") as file:
            file.write(text)
            file.truncate()
        return farm.submit(seen)

    stub.first("POST", "/queue/.*", submit)


def row_of(length: int, name: str, rest: str = "") -> str:
    """A line of so many bytes, which is more than is read ahead."""
    return f"{name} {'x' * (length - len(name) - len(rest) - 2)}{rest}\n"


def test_rows_that_are_gone_when_their_turn_comes_are_not_passed_over_in_silence(
    shell: Shell, farm: Farm, stub: Stub
) -> None:
    text = [row_of(1 << 18, f"fox {n}") for n in range(4)]
    meddle(stub, farm, shell.cwd / "prompts.txt", text[0])

    ran = batch(shell, farm, "-c", "1", text="".join(text))

    assert ran.code == 2
    assert ran.err.splitlines()[-3:] == [
        "4 rows: 1 saved, 3 not sent  $0.005 (estimated)",
        "error: The rows end before row 2, which was there before.",
        f"hint: {GOES_ON}",
    ]


def test_a_row_that_became_wrong_is_told_with_its_place(shell: Shell, farm: Farm, stub: Stub) -> None:
    text = ["prompt,seed\n", *(row_of(1 << 18, f"fox {n}", f",{n}") for n in range(4))]
    meddle(stub, farm, shell.cwd / "p.csv", "".join([*text[:4], row_of(1 << 18, "fox 3", ",y")]))

    ran = batch(shell, farm, "-c", "1", text="".join(text), name="p.csv")

    assert ran.code == 2
    assert ran.err.splitlines()[-2:] == [
        "error: p.csv:5: seed: `y` is not a whole number.", f"hint: it was right before; {GOES_ON}",
    ]  # fmt: skip
    assert len(images(shell)) == 3


def test_a_file_that_was_emptied(shell: Shell, farm: Farm, stub: Stub) -> None:
    meddle(stub, farm, shell.cwd / "b.txt", "")
    (shell.cwd / "b.txt").write_text("an owl\n")

    ran = shell.run("batch", "a.txt", "b.txt", "-m", "flash", "-o", "out/", env=farm.env)
    (shell.cwd / "a.txt").write_text("a fox\n")
    ran = shell.run("batch", "a.txt", "b.txt", "-m", "flash", "-o", "out/", "-c", "1", env=farm.env)

    assert ran.code == 2
    assert "error: `b.txt` changed while it was being run.\n" in ran.err
    assert farm.prompts == ["a fox"]


# --- books that break ----------------------------------------------------------------------------------------------


def test_books_that_break_under_a_batch_leave_the_request_ids_on_stdout(shell: Shell, farm: Farm, stub: Stub) -> None:
    """The ids may stand nowhere else."""

    def submit(seen: Seen) -> Say:
        said = farm.submit(seen)
        for file in shell.state.glob("ledger.sqlite3*"):
            with file.open("r+b") as content:
                content.write(b"\xff" * file.stat().st_size)
        return said

    stub.first("POST", "/queue/.*", submit)

    ran = batch(shell, farm, "-c", "1", "--json", text=foxes(6))

    told = lines(ran.out)
    assert ran.code == 1
    assert farm.paid == {"fox 0": 1}, "nothing is sent that cannot be written down"
    assert [(t["error"]["code"], t["error"]["request_id"], t.get("row")) for t in told[:-1]] == [
        ("internal", "r-1", 1), ("internal", "r-1", None),
    ]  # fmt: skip
    assert {name: told[-1][name] for name in ("saved", "unknown", "not_sent")} == {
        "saved": 0, "unknown": 1, "not_sent": 5,
    }  # fmt: skip


def test_a_seed_that_comes_twice_in_a_long_list_is_found_at_once(shell: Shell, farm: Farm) -> None:
    ran = shell.run("flash", "a fox", "--seeds", "1..99998,99998", "-o", "out/", env=farm.env)

    assert ran.code == 2
    assert "has the seed 99998 twice" in ran.err
