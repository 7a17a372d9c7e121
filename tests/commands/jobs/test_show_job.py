"""`flux2 jobs show`: which job is meant."""

import pytest
from support.shell import Shell


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["jobs", "show", "zzzzzzzz"], "flux2 jobs list"),
        (["jobs", "list", "--state", "savd"], "did you mean `saved`?"),
        (["jobs", "wait"], "Missing"),
        (["jobs", "lst"], "lst"),
    ],
)
def test_what_is_not_there_is_a_usage_error(shell: Shell, argv: list[str], said: str) -> None:
    ran = shell.run(*argv)

    assert ran.code == 2
    assert said in ran.err
