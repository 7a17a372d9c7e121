"""The README's promises that can be checked: its commands are those that CI runs, its tables those of the code."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

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


BLOCKS = re.findall(r"(<!-- not run: [^\n]*-->\n)?```sh\n(.*?)```", README, re.DOTALL)


def test_blocks_that_are_not_run_say_why() -> None:
    reasons = {mark.removeprefix("<!-- not run: ").removesuffix(" -->\n") for mark, _ in BLOCKS if mark}

    assert reasons == {
        "installs",
        "needs a key",
        "needs a server in another window",
        "writes into your home",
    }


@pytest.mark.parametrize("block", [text for mark, text in BLOCKS if not mark], ids=lambda text: text.splitlines()[0])
def test_a_block_works_as_it_is_written(block: str, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    environ = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "FLUX2_STATE_DIR": str(tmp_path / "state"),
        "FLUX2_CONFIG_DIR": str(tmp_path / "config"),
        "FLUX2_CACHE_DIR": str(tmp_path / "cache"),
    }

    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
