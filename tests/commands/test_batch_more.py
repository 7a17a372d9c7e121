"""Batches where something goes wrong in the middle: files that change, books that break, folders half there."""

import os
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


@pytest.mark.parametrize("place", ["sub/hero.png", f"{'x' * 300}.png"])
def test_a_row_whose_image_could_not_be_written_is_not_paid_for(shell: Shell, farm: Farm, place: str) -> None:
    (shell.cwd / "out").mkdir()
    (shell.cwd / "out/sub").write_text("a file, not a directory")

    ran = batch(shell, farm, "-c", "1", text=f"prompt,output\na fox,fox.png\nan owl,{place}\n", name="p.csv")

    assert ran.code != 0
    assert "an owl" not in farm.prompts


# --- what was submitted earlier ------------------------------------------------------------------------------------


def test_overwrite_holds_for_what_was_submitted_without_it(shell: Shell, farm: Farm) -> None:
    assert batch(shell, farm, "--no-wait", text="prompt,output\na fox,hero.png\n", name="p.csv").code == 0
    (shell.cwd / "out/hero.png").write_bytes(b"mine")

    ran = again(shell, farm, "--overwrite", name="p.csv")

    assert (ran.code, ran.out) == (0, "out/hero.png\n")
    assert images(shell) == ["out/hero.png"]
    assert farm.paid == {"a fox": 1}


def test_the_time_to_wait_holds_for_what_was_submitted_earlier(shell: Shell, farm: Farm, stub: Stub) -> None:
    assert batch(shell, farm, "--no-wait", text="a fox\n").code == 0
    stub.first("GET", ".*/status.*", Say(body={"status": "IN_PROGRESS", "logs": []}))

    ran = again(shell, farm, "--timeout", "1")

    assert ran.code == 10
    assert "error: prompts.txt:1: Still running at fal after 1 s." in ran.err
    assert "1 row: 1 submitted" in ran.err


def test_strict_holds_for_what_was_submitted_earlier(shell: Shell, farm: Farm) -> None:
    assert batch(shell, farm, "--no-wait", text="a fox\n").code == 0

    ran = again(shell, farm, "--strict")

    assert ran.code == 12
    assert ran.out == "out/a-fox-1001.png\n"


# --- what stops a batch --------------------------------------------------------------------------------------------


def test_the_first_thing_that_stops_a_batch_decides_the_exit_code(shell: Shell, farm: Farm, stub: Stub) -> None:
    farm.fates["fox 0"] = ["401"]
    broke = Say(status=403, body={"detail": "User is locked. Reason: Exhausted balance."}, wait=0.6)
    stub.first("POST", "/queue/.*", lambda seen: broke if seen.json["prompt"] == "fox 1" else farm.submit(seen))

    ran = batch(shell, farm, "-c", "2", "--json", text=foxes(2))

    told = lines(ran.out)
    assert ran.code == 3
    assert [t["error"]["code"] for t in told[:-1]] == ["auth", "balance", "auth"]
    assert (told[-1]["failed"], told[-1]["not_sent"]) == (2, 0)


def test_rows_that_wait_for_a_place_at_the_provider_are_not_sent_after_the_key_was_refused(
    shell: Shell, stub: Stub
) -> None:
    stub.on("POST", "/v1/.*", Say(status=403, body={"detail": "Not authenticated"}, wait=0.3))
    (shell.cwd / "p.txt").write_text(foxes(40))
    env = {"FLUX2_BFL_URL": stub.url, "BFL_API_KEY": "k"}

    ran = shell.run("batch", "p.txt", "-m", "klein", "-p", "bfl", "-s", "64x64", "-o", "out/", "-c", "40", env=env)

    assert ran.code == 3, ran.err
    assert len(stub.posts()) <= 24


def test_unknown_rows_count_as_failures_that_stop_a_batch(shell: Shell, farm: Farm) -> None:
    for n in range(6):
        farm.fates[f"fox {n}"] = ["lost"]

    ran = batch(shell, farm, "-c", "1", "--max-failures", "2", "--json", text=foxes(6))

    assert ran.code == 10
    assert farm.prompts == ["fox 0", "fox 1"]
    assert (lines(ran.out)[-1]["unknown"], lines(ran.out)[-1]["not_sent"]) == (2, 4)


def test_what_an_earlier_run_could_not_settle_does_not_stop_this_one(shell: Shell, farm: Farm) -> None:
    for n in range(3):
        farm.fates[f"fox {n}"] = [("lost", "422", "moderated")[n]]
    assert batch(shell, farm, "-c", "1", text=foxes(3)).code == 10

    ran = batch(shell, farm, "-c", "1", "--max-failures", "1", text=foxes(6))

    assert farm.prompts == [f"fox {n}" for n in range(6)]
    assert ran.code == 10
    assert "6 rows: 3 saved, 2 failed, 1 unknown" in ran.err


def test_jobs_still_running_are_no_failures(shell: Shell, farm: Farm, stub: Stub) -> None:
    stub.first("GET", ".*/status.*", Say(body={"status": "IN_PROGRESS", "logs": []}))

    ran = batch(shell, farm, "-c", "3", "--max-failures", "1", "--timeout", "1", text=foxes(3))

    assert ran.code == 10
    assert "3 rows: 3 submitted" in ran.err
    assert "failures" not in ran.err


# --- rows that ask for the same ------------------------------------------------------------------------------------


def test_a_row_does_not_wait_for_news_of_its_twin(shell: Shell, farm: Farm) -> None:
    """The same line twice: that the reply to one was lost says nothing about the other."""
    farm.fates["a fox"] = ["lost", "ok"]

    ran = batch(shell, farm, "-c", "1", text="a fox\na fox\n")

    assert ran.code == 10
    assert farm.paid == {"a fox": 2}
    assert "2 rows: 1 saved, 1 unknown" in ran.err


def test_a_row_whose_request_is_in_doubt_elsewhere_is_unknown_and_not_sent(shell: Shell, farm: Farm) -> None:
    farm.fates["a fox"] = ["lost"]
    assert shell.run("flash", "a fox", env=farm.env).code == 9

    ran = batch(shell, farm, "--json", text="a fox\n")

    assert ran.code == 10
    assert farm.paid == {"a fox": 1}
    assert lines(ran.out)[-1]["unknown"] == 1


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
