"""Files that change between the check of their rows and the rows' turns."""

import os
from pathlib import Path

from support.batches import batch, images
from support.farm import Farm
from support.shell import Shell
from support.stub import Say, Seen, Stub

from flux2cli.core.batch.batch_options import BatchOptions
from flux2cli.core.run_options import RunOptions
from flux2cli.runs.file_rows import file_rows

GOES_ON = "the same command goes on with what is left"


def test_a_batch_is_called_with_values_and_prints_nothing(shell: Shell) -> None:
    (shell.cwd / "prompts.txt").write_text("a fox\nan owl\n")
    with shell.app() as (app, out, err):
        options, batch_options = RunOptions(sandbox=True, output="art/{slug}.{ext}"), BatchOptions(variant="flash")
        with file_rows(app, ["prompts.txt"], {"size": "512x512"}, options, batch_options) as rows:
            found = rows.preflight()
            end = rows.run(found, found.summary())

    assert (end.summary.saved, end.stopped, end.error) == (2, None, None)
    assert [name for name in shell.files() if name.endswith(".png")] == ["art/a-fox.png", "art/an-owl.png"]
    assert (out.getvalue(), err.getvalue()) == (b"", "")


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


# --- rows that name their own place --------------------------------------------------------------------------------


def test_a_row_does_not_leave_the_output_directory_through_a_link(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "out").mkdir()
    (shell.cwd / "mine").mkdir()
    (shell.cwd / "out" / "link").symlink_to(shell.cwd / "mine")
    rows = "prompt,output,meta.d\na fox,a/fox.png,\nan owl,link/owl.png,\na heron,{meta.d}/x-{slug}.png,link\n"

    ran = batch(shell, farm, text=rows, name="p.csv")

    where = "is a link that leads out of the output directory. (a row's own place is below the directory of -o; give"
    assert ran.code == 2
    assert [line.partition(where)[0] for line in ran.err.splitlines()[:2]] == [
        f"p.csv:3: output: `{shell.cwd}/out/link` ",
        f"p.csv:4: output: `{shell.cwd}/out/link` ",
    ]
    assert farm.prompts == []
    assert list((shell.cwd / "mine").iterdir()) == []


def test_a_link_that_the_user_typed_is_followed(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "mine").mkdir()
    (shell.cwd / "out").symlink_to("mine")

    ran = batch(shell, farm, text="prompt,output\na fox,a/fox.png\n", name="p.csv")

    assert ran.code == 0, ran.err
    assert (shell.cwd / "mine" / "a" / "fox.png").exists()
