"""The README's promises that can be checked: its commands are those that CI runs, its tables those of the code."""

import re
from pathlib import Path

from flux2cli.errors import BY_CODE

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_the_test_command_is_the_one_that_ci_runs() -> None:
    commands = re.findall(r"```sh\n(python3 -m venv .*pytest.*)\n```", README)

    assert len(commands) == 1
    assert commands[0] in (ROOT / ".ci/run").read_text().splitlines()


def test_the_exit_codes_are_those_of_the_errors() -> None:
    table = re.findall(r"^\| (\d+) \| (`.*?`) \|", README, re.MULTILINE)
    documented = {code: int(number) for number, codes in table for code in re.findall(r"`(\w+)`", codes)}

    for code, exit_code in documented.items():
        assert BY_CODE[code].exit_code == exit_code
    reachable = {c for c in BY_CODE if c not in ("budget", "mismatch", "not_as_asked")}
    assert reachable <= set(documented)
