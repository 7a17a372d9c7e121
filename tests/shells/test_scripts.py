"""The completion scripts in the shells that they are for, and that they are those of the commands."""

import shutil
import subprocess
from pathlib import Path

import pytest
from support.shell import Shell

from flux2cli.docsgen.__main__ import ROOT, generated
from flux2cli.shells import SCRIPTS

HERE = Path(__file__).parent
PRESETS = ["square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9"]


def test_what_is_generated_is_what_is_committed() -> None:
    differing = [str(path.relative_to(ROOT)) for path, text in generated() if path.read_text() != text]

    assert differing == [], "run `python -m flux2cli.docsgen`"


@pytest.mark.parametrize("shell_name", SCRIPTS)
def test_the_command_prints_the_script(shell: Shell, shell_name: str) -> None:
    ran = shell.run("completion", shell_name)

    assert (ran.code, ran.err) == (0, "")
    assert ran.raw == (ROOT / "completions" / SCRIPTS[shell_name]).read_bytes()


@pytest.fixture(scope="session")
def zsh_dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where zsh keeps what it finds in its path, for all tests."""
    return tmp_path_factory.mktemp("zsh") / "dump"


@pytest.fixture(params=["bash", "zsh", "fish"])
def offers(request: pytest.FixtureRequest, tmp_path: Path, zsh_dump: Path) -> "Offers":
    """`offers("flux2 flash --si")`: what a shell would offer there, in a directory with two files."""
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    (tmp_path / "a photo.jpg").touch()
    (tmp_path / "prompts.txt").touch()
    return Offers(request.param, tmp_path, zsh_dump)


class Offers:
    def __init__(self, shell: str, folder: Path, zsh_dump: Path) -> None:
        self.shell = shell
        self._zsh_dump = zsh_dump
        self._folder = folder

    def __call__(self, line: str) -> list[str]:
        words = line.replace("=", " = ").split(" ") if self.shell == "bash" else []
        script = ROOT / "completions" / SCRIPTS[self.shell]
        argv = {
            "bash": ["bash", "--norc", str(HERE / "complete.bash"), str(script), *words],
            "zsh": [
                "zsh",
                "-f",
                str(HERE / "complete.zsh"),
                str(script.parent),
                str(self._folder),
                str(self._zsh_dump),
                line,
            ],
            "fish": ["fish", "--no-config", "-c", f"source {script}; complete -C '{line}'"],
        }[self.shell]
        ran = subprocess.run(argv, cwd=self._folder, capture_output=True, text=True, timeout=60, check=True)
        assert ran.stderr == ""
        found = [text.split("\t")[0].replace("\\ ", " ") for text in ran.stdout.splitlines()]
        prefix = line.rpartition(" ")[2].partition("=")[0] + "="
        return list(dict.fromkeys(text.removeprefix(prefix) for text in found if text))


def words(offered: list[str]) -> list[str]:
    """What is no flag: zsh offers flags where no argument is left to complete."""
    return [text for text in offered if not text.startswith("-")]


def test_commands(offers: Offers) -> None:
    from flux2cli.cli import COMMANDS

    assert set(offers("flux2 ")) == set(COMMANDS)
    assert set(offers("flux2 fl")) == {"flash", "flex"}


def test_commands_of_commands(offers: Offers) -> None:
    assert {"list", "show", "wait", "fetch"} <= set(offers("flux2 jobs "))
    assert set(offers("flux2 keys ")) == {"set", "list", "remove"}
    assert set(offers("flux2 config s")) == {"show", "set"}


def test_flags_are_those_of_the_command(offers: Offers) -> None:
    assert set(offers("flux2 flash --s")) >= {"--size", "--seed", "--strict", "--sandbox"}
    assert "--steps" not in offers("flux2 flash --s")
    assert "--steps" in offers("flux2 dev --s")
    assert offers("flux2 jobs list --st") == ["--state"]
    assert "--no-wait" in offers("flux2 max --no-w")


def test_flags_come_after_a_prompt_that_is_a_commands_name(offers: Offers) -> None:
    assert offers("flux2 flash jobs --see")[:1] == ["--seed"]
    assert words(offers("flux2 flash jobs ")) == []


@pytest.mark.parametrize("line", ["flux2 flash --size ", "flux2 flash -s ", "flux2 flash fox --size="])
def test_presets(offers: Offers, line: str) -> None:
    assert set(offers(line)) == set(PRESETS)


def test_values_by_what_the_variant_takes(offers: Offers) -> None:
    assert set(offers("flux2 max --size ")) == {"auto", *PRESETS}
    assert offers("flux2 flash --format w") == ["webp"]
    assert offers("flux2 outpaint --format w") == ["webp"]
    assert offers("flux2 outpaint --format q") == []
    assert set(offers("flux2 klein --weights ")) == {"4b", "9b"}
    assert set(offers("flux2 dev --acceleration ")) == {"none", "regular", "high"}


def test_providers(offers: Offers) -> None:
    assert set(offers("flux2 max -p ")) == {"fal", "vtrix", "bfl"}
    assert offers("flux2 dev --provider ") == ["fal"]
    assert set(offers("flux2 keys set ")) == {"fal", "vtrix", "bfl"}
    assert words(offers("flux2 keys set fal ")) == []


def test_names_of_settings_states_models_and_shells(offers: Offers) -> None:
    assert set(offers("flux2 config get bud")) == {"budget.per_day", "budget.per_image"}
    assert offers("flux2 config set prov") == ["provider"]
    assert words(offers("flux2 config set label ")) == []
    assert offers("flux2 jobs list --state sav") == ["saved"]
    assert offers("flux2 models kl") == ["klein"]
    assert set(offers("flux2 completion ")) == {"bash", "zsh", "fish"}


def test_commands_and_topics_after_help(offers: Offers) -> None:
    assert set(offers("flux2 help mo")) == {"models", "money"}
    assert offers("flux2 help exit") == ["exit-codes"]
    assert words(offers("flux2 help sandb")) == ["sandbox"]


@pytest.mark.parametrize(
    "line",
    ["flux2 max fox -i ", "flux2 max fox -o ", "flux2 flash --prompt-file ", "flux2 outpaint "],
)
def test_files(offers: Offers, line: str) -> None:
    assert {"a photo.jpg", "prompts.txt"} <= set(offers(line))


def test_no_files_where_a_prompt_belongs(offers: Offers) -> None:
    assert words(offers("flux2 max ")) == []
    assert offers("flux2 max --seed ") == []


def test_the_zsh_script_can_be_sourced_as_well(tmp_path: Path) -> None:
    if shutil.which("zsh") is None:
        pytest.skip("zsh is not installed")
    script = ROOT / "completions" / "_flux2"
    code = f"autoload -Uz compinit; compinit -u -d {tmp_path}/dump; source {script}; print $_comps[flux2]"

    ran = subprocess.run(["zsh", "-f", "-c", code], capture_output=True, text=True, timeout=60, check=True)

    assert (ran.stdout, ran.stderr) == ("_flux2\n", "")
