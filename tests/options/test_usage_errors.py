"""What Typer finds wrong with a command line, in this tool's words."""

import pytest
from support.shell import Shell


@pytest.mark.parametrize(
    ("argv", "said", "hint"),
    [
        (["flash", "a", "fox"], "There is more than one prompt.", 'flux2 flash "a fox"'),
        (["flash", "x", "--sed", "1"], "`flux2 flash` has no flag `--sed`.", "did you mean `--seed`?"),
        (["flash", "x", "--zzzzzz"], "`flux2 flash` has no flag `--zzzzzz`.",
         "a prompt that starts with a dash goes after `--`"),
        (["pro", "x", "--steps", "4"], "`pro` does not take `--steps`", "these do: "),
        (["config", "--zzzzzz"], "`flux2 config` has no flag `--zzzzzz`.", "see `flux2 config --help`"),
        (["flash", "x", "--num", "many"], "`--num many` is not a whole number.", ""),
    ],
)  # fmt: skip
def test_a_command_line_that_is_wrong(shell: Shell, argv: list[str], said: str, hint: str) -> None:
    ran = shell.run(*argv)

    assert ran.code == 2
    assert ran.err.startswith(f"error: {said}")
    assert hint in ran.err
