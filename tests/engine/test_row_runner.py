"""One row: what holds for it although it was submitted without it, and files that cannot be written."""

import pytest
from support.batches import LARGER, again, batch, images
from support.farm import Farm
from support.shell import Shell
from support.stub import Say, Seen, Stub


def test_a_row_of_which_one_image_could_not_be_had_is_collected(shell: Shell, farm: Farm, stub: Stub) -> None:
    two = [{"url": f"{stub.url}/cdn/{name}.png"} for name in ("one", "gone-two")]
    stub.first("GET", "/queue/.*/requests/r-.*[0-9]", Say(body={"images": two, "seed": 7}))
    first = batch(shell, farm, text="prompt,num\na fox,2\n", name="p.csv")
    assert (first.code, images(shell)) == (10, ["out/a-fox-7.png"])
    stub.first("GET", "/cdn/gone-.*", Say(body=LARGER))

    ran = again(shell, farm, name="p.csv")

    assert ran.code == 0, ran.err
    assert ran.err.startswith("1 row: 1 to collect\n")
    assert images(shell) == ["out/a-fox-7-2.png", "out/a-fox-7.png"]
    assert farm.paid == {"a fox": 1}


@pytest.mark.parametrize("place", ["sub/hero.png", f"{'x' * 300}.png"])
def test_a_row_whose_image_could_not_be_written_keeps_all_from_being_paid_for(
    shell: Shell, farm: Farm, place: str
) -> None:
    (shell.cwd / "out").mkdir()
    (shell.cwd / "out/sub").write_text("a file, not a directory")

    ran = batch(shell, farm, "-c", "1", text=f"prompt,output\na fox,fox.png\nan owl,{place}\n", name="p.csv")

    assert (ran.code, ran.out, farm.prompts) == (2, "", [])
    assert ran.err.startswith("p.csv:3: output: ")


def test_a_row_that_fails_on_this_machine_is_not_counted_as_failed_by_the_provider(
    shell: Shell, farm: Farm, stub: Stub
) -> None:
    def meddle(seen: Seen) -> Say:
        (shell.cwd / "out/sub").write_text("a file, since the preflight")
        return farm.submit(seen)

    stub.first("POST", "/queue/.*", meddle, farm.submit)
    rows = "prompt,output\na fox,fox.png\nan owl,sub/owl.png\na bear,bear.png\n"

    ran = batch(shell, farm, "-c", "1", text=rows, name="p.csv")
    (shell.cwd / "out/sub").unlink()
    mended = again(shell, farm, name="p.csv")

    assert (ran.code, ran.out) == (10, "out/fox.png\nout/bear.png\n")
    assert ran.err.splitlines()[-2:] == [
        "error: Not every row was saved: 3 rows: 2 saved, 1 failed on this machine  $0.01 (estimated).",
        "hint: the same command sends again what failed on this machine, once the cause is gone",
    ]
    assert (mended.code, mended.out) == (0, "out/sub/owl.png\n")
    assert farm.prompts == ["a fox", "a bear", "an owl"]


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
