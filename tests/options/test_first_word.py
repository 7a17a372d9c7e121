"""A command line whose first word is no command is answered with the line to type."""

import pytest
from support.shell import Shell


@pytest.mark.parametrize(
    ("argv", "said", "hint"),
    [
        (["a fox"], "There is no command `a fox`.", 'flux2 flash "a fox"'),
        (["a", "red", "fox"], "There is no command `a`.", 'flux2 flash "a red fox"'),
        (["a pro photo"], "There is no command `a pro photo`.", 'flux2 flash "a pro photo"'),
        (["generate", "a fox", "-o", "x.png"], "There is no command `generate`.", 'flux2 flash "a fox" -o x.png'),
        (["generate"], "There is no command `generate`.", "flux2 flash PROMPT"),
        (["edit", "make it night", "-i", "a.png"], "There is no command `edit`.",
         'flux2 flash "make it night" -i a.png'),
        (["edit", "a.png", "make it night"], "There is no command `edit`.", 'flux2 flash "make it night" -i a.png'),
        (["text-to-image", "a fox", "--model", "FLUX.2-max"], "There is no command `text-to-image`.",
         'flux2 max "a fox"'),
        (["generate", "a fox", "-p", "bfl"], "There is no command `generate`.", 'flux2 flex "a fox" -p bfl'),
        (["flux-2-pro", "a fox"], "There is no command `flux-2-pro`.", 'flux2 pro "a fox"'),
        (["generate", "a fox", "--api-key", "s3cret"], "There is no command `generate`.", 'flux2 flash "a fox"'),
        (["jbos", "list"], "There is no command `jbos`.", "did you mean `jobs`?"),
        (["login"], "There is no command `login`.", "did you mean `keys`?"),
        ([""], "The command is empty.", "is the variable set?"),
        (["-i", "a.png", "make it night"], "`flux2` has no flag `-i`.", 'flux2 flash "make it night" -i a.png'),
        (["--model", "pro", "a fox"], "`flux2` has no flag `--model`.", 'flux2 pro "a fox"'),
        (["-q", "flash", "x"], "`flux2` has no flag `-q`.", "the command goes first: flux2 flash x -q"),
        (["-q", "jobs", "list"], "`flux2` has no flag `-q`.", "the command goes first: `flux2 jobs -q`"),
        (["-n", "4"], "`flux2` has no flag `-n`.", "see `flux2 --help`"),
    ],
)  # fmt: skip
def test_the_line_to_type(shell: Shell, argv: list[str], said: str, hint: str) -> None:
    ran = shell.run(*argv)

    assert (ran.code, ran.out, ran.err) == (2, "", f"error: {said}\nhint: {hint}\n")


@pytest.mark.parametrize("argv", [["set-key", "fal", "s3cret"], ["auth", "s3cret"], ["add", "key", "scret"]])
def test_what_may_be_a_key_is_not_taken_for_a_prompt(shell: Shell, argv: list[str]) -> None:
    ran = shell.run(*argv)

    assert ran.code == 2
    assert argv[-1] not in ran.err
