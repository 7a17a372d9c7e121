"""`flux2 help`: the list of commands and topics, a command's help, a page of the manual, and the nearest name."""

import pytest
from support.shell import Shell

from flux2cli.cli import COMMANDS
from flux2cli.docsgen.tree import command_line
from flux2cli.manual import page, topics

PATHS = [node.path for node in command_line().all() if node.path]


def test_the_topics() -> None:
    assert topics() == {
        "batch": "prompt files, and what they may look like",
        "exit-codes": "how a run ended, and whether to try it again",
        "money": "what a run costs, what limits it, and what happens to a job that was paid for",
        "sandbox": "every provider emulated on this machine, without a key and without cost",
    }


def test_alone_it_lists_every_command_and_every_topic(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")

    ran = shell.run("help")

    assert (ran.code, ran.err) == (0, "")
    for name, (_, summary) in COMMANDS.items():
        assert f"  {name:<11} {summary}\n" in ran.out
    commands, _, rest = ran.out.partition("\nTopics:\n")
    assert commands.startswith("Commands:\n  dev ")
    assert "  exit-codes  how a run ended, and whether to try it again\n" in rest
    assert ran.out.endswith("\n\n`flux2 help NAME` explains one of them.\n")


@pytest.mark.parametrize("path", [path for path in PATHS if path[0] not in topics()], ids=" ".join)
def test_the_help_of_a_command_is_what_its_help_flag_shows(shell: Shell, path: tuple[str, ...]) -> None:
    ran = shell.run("help", *path)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == shell.run(*path, "--help").out


def test_in_a_pipe_a_page_is_its_markdown(shell: Shell) -> None:
    ran = shell.run("help", "money", env={"FORCE_COLOR": "1"})

    assert (ran.code, ran.out, ran.err) == (0, page("money"), "")


def test_a_topic_wins_over_the_command_of_its_name_and_ends_with_its_flags(shell: Shell) -> None:
    ran = shell.run("help", "sandbox")

    text, _, flags = ran.out.partition("\n## Flags of `flux2 sandbox`\n")
    assert text == page("sandbox")
    assert flags.startswith("\n```text\nOptions:\n  --port N  ")
    assert flags.endswith("  -h, --help    Show this message and exit.\n```\n")


def test_on_a_terminal_a_page_is_rendered(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    environ = {"COLUMNS": "60", "TERM": "xterm", "PAGER": ""}

    plain = shell.run("help", "sandbox", terminal=True, env={**environ, "NO_COLOR": "1"}).out
    colored = shell.run("help", "sandbox", terminal=True, env=environ).out

    assert "\nTime and faults\n\n    export FLUX2_SANDBOX=1\n" in plain
    assert "\x1b" not in plain
    assert "\x1b[1mTime\x1b[0m" in colored
    flags = plain.partition("\nFlags of `flux2 sandbox`\n\n")[2]
    assert "\n      --log         A line on stderr for each request.\n" in flags
    assert max(map(len, flags.splitlines())) <= 60


@pytest.mark.parametrize("words", [["help", "money"], ["help"], ["--help"], []])
def test_help_works_with_a_broken_plug_in(shell: Shell, words: list[str]) -> None:
    ran = shell.run(*words, env={"FLUX2_PLUGINS": "nowhere"})

    assert (ran.code, ran.out) == (0, shell.run(*words).out)
    assert ran.err == "warning: The plug-in `nowhere` (environment FLUX2_PLUGINS) is not installed where flux2 is.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mony"], "error: There is no command or topic `mony`.\nhint: did you mean `money`?\n"),
        (["flsh"], "error: There is no command or topic `flsh`.\nhint: did you mean `flash`?\n"),
        (["jobs", "lst"], "error: There is no `flux2 jobs` command `lst`.\nhint: did you mean `list`?\n"),
        (
            ["money", "list"],
            "error: `money` is a page, and takes no more words.\nhint: see `flux2 help money`\n",
        ),
        (["flash", "fox"], "error: There is no `flux2 flash` command `fox`.\n"),
    ],
)
def test_an_unknown_word_gets_the_nearest_name(shell: Shell, words: list[str], said: str) -> None:
    ran = shell.run("help", *words)

    assert (ran.code, ran.out, ran.err) == (2, "", said)


def test_a_topic_without_help_before_it_is_hinted_at(shell: Shell) -> None:
    ran = shell.run("money")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "error: There is no command `money`.\nhint: see `flux2 help money`\n"


def test_an_unknown_word_that_is_near_to_none_gets_every_name_once(shell: Shell) -> None:
    names = shell.run("help", "qqq").err.partition("hint: known: ")[2].strip().split(", ")

    assert names == [*COMMANDS, *(topic for topic in topics() if topic not in COMMANDS)]


@pytest.mark.parametrize("topic", topics())
def test_examples_in_a_page_fit_80_columns(topic: str) -> None:
    blocks = page(topic).split("```sh\n")[1:]

    assert [line for block in blocks for line in block.partition("```")[0].splitlines() if len(line) > 76] == []
