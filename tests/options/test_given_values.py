"""Empty files, directories, URLs and names, and the names of images in the prompt's place."""

import pytest
from support.shell import Shell


@pytest.mark.parametrize(
    ("argv", "name"),
    [
        (["flash", "x", "-i", ""], "-i"),
        (["flash", "x", "--image="], "--image"),
        (["flash", "x", "-o", ""], "-o"),
        (["flash", "x", "--output", " "], "--output"),
        (["flash", "x", "-p", ""], "-p"),
        (["flash", "x", "--seed", ""], "--seed"),
        (["flash", "--prompt-file", ""], "--prompt-file"),
        (["outpaint", ""], "IMAGE"),
        (["batch", ""], "FILE"),
        (["batch", "p.txt", "-m", ""], "-m"),
        (["jobs", "fetch", ""], "JOB"),
        (["jobs", "list", "--state", ""], "--state"),
        (["keys", "remove", ""], "PROVIDER"),
        (["models", ""], "NAME"),
    ],
)
def test_an_empty_value_may_be_a_variable_that_is_not_set(shell: Shell, argv: list[str], name: str) -> None:
    ran = shell.run(*argv)

    assert (ran.code, ran.err) == (2, f"error: `{name}` is empty.\nhint: is the variable set?\n")


def test_texts_that_may_be_empty(shell: Shell) -> None:
    assert shell.run("flash", "x", "--label", "", "--dry-run").code == 0
    assert shell.run("klein", "x", "--base", "--negative-prompt", "", "--dry-run").code == 0


def test_an_empty_setting_is_taken_out_another_way(shell: Shell) -> None:
    ran = shell.run("config", "set", "label", "")

    assert (ran.code, ran.err) == (
        2, "error: The value of `label` is empty.\nhint: is the variable set? `flux2 config unset label` removes it\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("argv", "said", "hint"),
    [
        (["-i", "a.png", "b.png"], "There is no `-i` before `b.png`.",
         "`-i` before each image: flux2 max PROMPT -i a.png -i b.png"),
        (["make it night", "-i", "a.png", "b.png", "c.png", "-o", "o.png"],
         "There is no `-i` before `b.png` and 1 more.",
         '`-i` before each image: flux2 max "make it night" -i a.png -i b.png -i c.png -o o.png'),
        (["-i", "a.png", "https://x.test/b"], "There is no `-i` before `https://x.test/b`.",
         "`-i` before each image: flux2 max PROMPT -i a.png -i https://x.test/b"),
        (["a.png"], "There is no `-i` before `a.png`.", "`-i` before each image: flux2 max PROMPT -i a.png"),
    ],
)  # fmt: skip
def test_names_of_images_are_no_prompt(shell: Shell, argv: list[str], said: str, hint: str) -> None:
    (shell.cwd / "a.png").write_bytes(b"")

    ran = shell.run("max", *argv, "--sandbox")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[0] == f"error: {said}"
    assert ran.err.splitlines()[1].startswith(f"hint: {hint}")


def test_a_prompt_may_end_in_the_name_of_no_file(shell: Shell) -> None:
    assert shell.run("max", "logo.png", "--dry-run").code == 0
    assert shell.run("max", "make it look like a.png", "-i", "https://x.test/b.png", "--dry-run").code == 0
