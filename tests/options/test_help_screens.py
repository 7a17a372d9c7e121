"""Help: examples that work, whole sentences at any width, and an answer to every typo."""

import io
import re
import shlex
from pathlib import Path

import pytest
from PIL import Image
from support.shell import Ran, Shell

from flux2cli.core.request.describe import commands
from flux2cli.docsgen.tree import command_line
from flux2cli.options.examples import examples_of
from flux2cli.shells.command_tree import Node

NODES = [node for node in command_line().all() if node.path]
EXAMPLES = [line for node in NODES for line in examples_of(f"flux2 {' '.join(node.path)}")]
# The server runs until Ctrl-C, and its port may be another test's.
ENDLESS = ("flux2 sandbox --port 8787",)


def name_of(node: Node) -> str:
    return "-".join(node.path)


@pytest.mark.parametrize("node", NODES, ids=name_of)
def test_every_command_begins_with_two_examples(shell: Shell, node: Node) -> None:
    ran = shell.run(*node.path, "--help")

    examples = examples_of(f"flux2 {' '.join(node.path)}")
    assert ran.code == 0
    assert len(examples) == 2
    assert all(line.startswith(f"flux2 {' '.join(node.path)}") for line in examples)
    block = ran.out[ran.out.index("\nExamples:\n") :].split("\n\n")[0]
    assert block == "\nExamples:\n" + "\n".join(f"  {line}" for line in examples)
    assert ran.out.index("Examples:") < min(ran.out.index(word) for word in ("--help", "Commands:") if word in ran.out)


@pytest.mark.parametrize("line", [line for line in dict.fromkeys(EXAMPLES) if line not in ENDLESS])
def test_every_example_works_as_written(shell: Shell, line: str) -> None:
    ran = run_line(shell, line)

    assert ran.code == 0, ran.err


def run_line(shell: Shell, line: str) -> Ran:
    """Run an example as a shell would, in the sandbox, among the files that examples speak of."""
    furnish(shell.cwd)
    shell.environ["FLUX2_SANDBOX"] = "1"
    if "k7q2" in line:
        fault = {"FLUX2_SANDBOX_FAULT": "lost-reply"} if "resolve" in line else {}
        shell.run("flash", "a fox", "--no-wait", env=fault)
        (job,) = shell.run("jobs", "list", "--json").json
        (request,) = (path.stem for path in (shell.state / "sandbox" / "jobs").iterdir())
        line = line.replace("k7q2", job["job_id"][:6]).replace("764cabcf", request)
    if line.startswith("flux2 pick"):
        candidates(shell)
    words = shlex.split(line)
    stdin = b"the-id:the-secret"
    if "<" in words:
        at = words.index("<")
        stdin = (shell.cwd / words[at + 1]).read_bytes()
        del words[at : at + 2]
    if ">" in words:
        del words[words.index(">") :]
    assert words[0] == "flux2"
    return shell.run(*words[1:], stdin=stdin)


def candidates(shell: Shell) -> None:
    """A candidate of each of two rows, under the names of the examples."""
    (shell.cwd / "rows.csv").write_text("id,prompt\nhero,a fox\nowl,an owl\n")
    shell.run("batch", "rows.csv", "-m", "flash", "-o", "art/", "--only", "*", "--candidates", "1")
    for row_id, name in (("hero", "7.png"), ("owl", "9.png")):
        folder = shell.cwd / "art/.candidates" / row_id
        (made,) = folder.glob("*.png")
        made.rename(folder / name)
        (folder / f"{made.name}.json").rename(folder / f"{name}.json")


def furnish(folder: Path) -> None:
    photo = io.BytesIO()
    Image.new("RGB", (640, 480), "orange").save(photo, "jpeg")
    (folder / "photo.jpg").write_bytes(photo.getvalue())
    (folder / "key.txt").write_text("the-id:the-secret\n")
    (folder / "prompts.txt").write_text("a fox\na crow\n")
    (folder / "prompt.txt").write_text("a fox\n")


@pytest.mark.parametrize("columns", [60, 120])
@pytest.mark.parametrize("node", NODES, ids=name_of)
def test_help_fits_the_terminal(shell: Shell, node: Node, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))

    lines = shell.run(*node.path, "--help").out.splitlines()

    assert max(map(len, lines)) <= columns
    assert not any(line.endswith("...") for line in lines if not line.startswith("Usage: "))


def test_help_grows_no_wider_than_120(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")

    widest = max(map(len, shell.run("max", "--help").out.splitlines()))

    assert 100 < widest <= 120


def test_the_list_of_commands_fits_60_columns_and_cuts_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")

    out = shell.run("--help").out

    assert max(map(len, out.splitlines())) <= 60
    assert "  flash       distilled for price: the cheapest image\n" in out
    assert "..." not in out.replace("[ARGS]...", "")


def test_no_flag_is_broken_at_its_dashes(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    for columns in range(60, 121, 6):
        monkeypatch.setenv("COLUMNS", str(columns))

        out = shell.run("jobs", "--help").out + shell.run("dev", "--help").out
        assert not re.search(r"\w-\n", out)


def test_flags_stand_in_groups_and_the_prompt_comes_first(shell: Shell) -> None:
    out = shell.run("dev", "--help").out

    titles = [line[:-1] for line in out.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert titles[:4] == ["Examples", "Arguments", "Prompt", "Image"]
    assert titles[-1] == "Options"
    assert "  PROMPT  What to make" in out


def test_flags_name_ranges_defaults_and_who_takes_them(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")

    flex = " ".join(shell.run("flex", "--help").out.split())

    assert "Guidance scale: how closely the image follows the prompt. [1.5-10; default 3.5 (fal), 5.0 (bfl)]" in flex
    assert "--inline-result / --no-inline-result Get the image inside the reply" in flex
    assert "[fal only; default false]" in flex
    assert "Where to run it: fal, bfl." in flex


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["flsh", "a fox"], "error: There is no command `flsh`.\nhint: did you mean `flash`?\n"),
        (["jobs", "lst"], "error: There is no `flux2 jobs` command `lst`.\nhint: did you mean `list`?\n"),
        (["keys", "lsit"], "error: There is no `flux2 keys` command `lsit`.\nhint: did you mean `list`?\n"),
        (["config", "shwo"], "error: There is no `flux2 config` command `shwo`.\nhint: did you mean `show`?\n"),
        (["jobs", "list", "--jsn"], "error: `flux2 jobs list` has no flag `--jsn`.\nhint: did you mean `--json`?\n"),
        (["models", "--jso"], "error: `flux2 models` has no flag `--jso`.\nhint: did you mean `--json`?\n"),
        (["doctor", "--offlin"], "error: `flux2 doctor` has no flag `--offlin`.\nhint: did you mean `--offline`?\n"),
        (["models", "klien"], "error: There is no model `klien`.\nhint: did you mean `klein`?\n"),
        (["jobs", "list", "--state", "savd"], "error: There is no state `savd`.\nhint: did you mean `saved`?\n"),
        (["keys", "set", "vtirx"], "error: That is no provider.\nhint: did you mean `vtrix`?\n"),
        (["flash", "x", "-p", "fall"], "error: There is no provider `fall`.\nhint: did you mean `fal`?\n"),
        (
            ["flash", "x", "-s", "sqare"],
            "error: `--size sqare` is neither a preset nor WIDTHxHEIGHT.\nhint: did you mean `square`?\n",
        ),
        (["config", "get", "provder"], "error: There is no setting `provder`.\nhint: did you mean `provider`?\n"),
        (
            ["completion", "zhs"],
            "error: There is no completion script for `zhs`.\nhint: did you mean `zsh`?\n",
        ),
        (["jobs", "show"], "error: Missing argument `JOB`.\nhint: see `flux2 jobs show --help`\n"),
    ],
)
def test_a_typo_gets_the_nearest_name(shell: Shell, argv: list[str], said: str) -> None:
    ran = shell.run(*argv)

    assert (ran.code, ran.out, ran.err) == (2, "", said)


def test_every_command_that_makes_images_has_a_row_of_its_own() -> None:
    assert {node.path[0] for node in NODES} >= set(commands())
