"""The promises of README and manual that can be checked: commands that work, links that lead somewhere, exit codes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flux2cli.errors import BY_CODE

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
MANUAL = {path.name: path.read_text() for path in sorted((ROOT / "flux2cli" / "manual").glob("*.md"))}


def test_the_test_command_is_the_one_that_ci_runs() -> None:
    commands = re.findall(r"```sh\n(python3 -m venv .*pytest.*)\n```", README)

    assert len(commands) == 1
    assert commands[0] in (ROOT / ".ci/run").read_text().splitlines()


def test_the_exit_codes_are_those_of_the_errors() -> None:
    table = re.findall(r"^\| (\d+) \| (`.*?`) \|", MANUAL["exit-codes.md"], re.MULTILINE)
    documented = {code: int(number) for number, codes in table for code in re.findall(r"`(\w+)`", codes)}

    for code, exit_code in documented.items():
        assert BY_CODE[code].exit_code == exit_code
    reachable = {c for c in BY_CODE if c not in ("budget", "mismatch", "not_as_asked")}
    assert reachable <= set(documented)


_BLOCK = re.compile(r"(<!-- not run: [^\n]*-->\n)?```sh\n(.*?)```", re.DOTALL)
BLOCKS = [
    (f"{name}-{number}", mark, block)
    for name, text in {"README.md": README, **MANUAL}.items()
    for number, (mark, block) in enumerate(_BLOCK.findall(text), 1)
]


def test_blocks_that_are_not_run_say_why() -> None:
    reasons = {mark.removeprefix("<!-- not run: ").removesuffix(" -->\n") for _, mark, _ in BLOCKS if mark}

    assert reasons == {
        "installs",
        "needs a key",
        "needs a server in another window",
        "writes into your home",
    }


@pytest.mark.parametrize(("name", "text"), [("README.md", README), *MANUAL.items()], ids=["README.md", *MANUAL])
def test_a_link_to_a_file_leads_to_one(name: str, text: str) -> None:
    folder = ROOT if name == "README.md" else ROOT / "flux2cli" / "manual"
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)

    assert [link for link in links if not (folder / link).is_file()] == []


def test_every_path_that_is_named_exists() -> None:
    invented = ("nova", "verif", "TOPIC")  # what the guide has its readers make
    named = {
        path
        for text in (README, (ROOT / ".github" / "CONTRIBUTING.md").read_text())
        for path in re.findall(r"`((?:tests/|\.ci/|flux2cli/|[a-z_]+/)[\w/.-]*|[a-z_]+\.py|[A-Z]+\.md)`", text)
        if not any(word in path for word in invented)
    }

    named.update(re.findall(r"python (tests/[\w/]+\.py)", "".join([README, *MANUAL.values()])))

    assert {"tests/", "tests/bench/startup.py", "catalog/variants.py", "cli.py", "errors.py"} <= named
    assert [path for path in named if not any((folder / path).exists() for folder in (ROOT, ROOT / "flux2cli"))] == []


def test_the_readme_links_to_every_page_of_the_manual() -> None:
    assert set(re.findall(r"\]\(flux2cli/manual/([\w-]+\.md)\)", README)) == set(MANUAL)


@pytest.mark.parametrize("block", [pytest.param(text, id=name) for name, mark, text in BLOCKS if not mark])
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
