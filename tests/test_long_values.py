"""Wrong values of many characters, in every place where a value can be: no message shows more than 100 of them."""

import json
import re
from collections.abc import Iterator

import pytest
from support.images import PNG
from support.shell import Ran, Shell

UNITS = ("Zq", "Zq ", "Zq/", "{Zq}", "http://Zq/", "Z`q", "data:Zq,", "[")
"""What the values repeat: a word, words, paths, templates, URLs, quotes, images, JSON."""

COMMANDS = (
    ("flash", "x"), ("klein", "x", "-p", "bfl"), ("max", "x", "-p", "vtrix"), ("outpaint", "a.png", "--left", "8"),
    ("batch", "rows.csv", "-m", "flash", "-o", "out/"), ("jobs", "list"), ("cost",),
)  # fmt: skip
LINES = (
    ("{}",), ("flash", "x", "{}"), ("flash", "x", "-s", "square", "{}"), ("flash", "--{}"), ("flash", "-i", "{}"),
    ("batch", "{}"), ("batch", "{}.csv", "-m", "flash"), ("batch", "rows.csv", "-m", "{}"), ("help", "{}"),
    ("help", "flash", "{}"), ("models", "{}"), ("completion", "{}"), ("doctor", "{}"), ("jobs", "{}"),
    ("jobs", "show", "{}"), ("jobs", "cancel", "{}"), ("jobs", "wait", "{}"), ("jobs", "fetch", "{}"),
    ("jobs", "fetch", "-o", "{}"), ("jobs", "resolve", "{}", "--as", "not-sent"),
    ("jobs", "forget", "--before", "{}"), ("keys", "set", "{}"), ("keys", "remove", "{}"), ("config", "get", "{}"),
    ("config", "set", "{}", "1"), ("config", "unset", "{}"), ("config", "set", "timeout", "{}"),
    ("config", "set", "provider", "{}"), ("config", "set", "plugins", "{}"), ("config", "set", "fal.url", "{}"),
    ("config", "set", "output", "{}"), ("sandbox", "--port", "{}"), ("sandbox", "--fault", "{}"),
    ("cost", "--by", "{}"), ("outpaint", "{}", "--left", "8"), ("outpaint", "a.png", "{}"),
    ("flash", "--prompt-file", "{}"), ("flash", "x", "--seeds", "{}"), ("flash", "x", "--param", "{}"),
    ("flash", "x", "--param", "seed={}"), ("flash", "x", "--param", "new={}"),
)  # fmt: skip
COLUMNS = (
    "prompt", "image", "seed", "size", "steps", "guidance", "num", "format", "variant", "provider", "output", "lora",
    "expand_prompt", "acceleration", "webhook_url", "safety_checker", "id", "label",
)  # fmt: skip
VARIABLES = (
    "FLUX2_TIMEOUT", "FLUX2_PROVIDER", "FLUX2_OUTPUT", "FLUX2_FAL_URL", "FLUX2_PLUGINS", "FLUX2_SANDBOX",
    "FLUX2_SANDBOX_FAULT", "FLUX2_SANDBOX_LATENCY", "FLUX2_BUDGET_PER_DAY", "HTTPS_PROXY", "SSL_CERT_FILE",
)  # fmt: skip


def value(unit: str) -> str:
    return unit * (1500 // len(unit))


def told(ran: Ran, unit: str) -> list[str]:
    """What a failed run says of the value: the runs of more than 100 characters in which it repeats."""
    assert "should not have" not in ran.err, ran.err
    texts = [*ran.err.splitlines(), *(ran.out.splitlines() if ran.code else [])]
    repeats = re.compile(rf"(?:{re.escape(unit.strip())}\s?)+")
    return [text for text in texts if any(len(found[0]) > 100 for found in repeats.finditer(text))]


def flags_of(shell: Shell, command: str) -> Iterator[str]:
    """The flags of a command that take a value, from its help."""
    yield from sorted(set(re.findall(r"(--[a-z][a-z-]+)(?:, -\w)? [A-Z]", shell.run(command, "--help").out)))


@pytest.fixture
def place(shell: Shell) -> Shell:
    (shell.cwd / "a.png").write_bytes(PNG)
    (shell.cwd / "rows.csv").write_text("prompt\na fox\n")
    return shell


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_in_every_flag(place: Shell, command: tuple[str, ...], unit: str) -> None:
    dry = () if command[0] in ("jobs", "cost") else ("--dry-run",)
    for flag in flags_of(place, command[0] if command[0] != "jobs" else "jobs list"):
        assert told(place.run(*command, *dry, f"{flag}={value(unit)}"), unit) == [], flag


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_in_every_argument(place: Shell, line: tuple[str, ...], unit: str) -> None:
    argv = [word.replace("{}", value(unit)) for word in line]
    if line[0] in ("flash", "batch", "outpaint"):
        argv.insert(1, "--dry-run")

    assert told(place.run(*argv), unit) == []
    assert (
        told(place.run("--json", *argv) if line[0] == "{}" else place.run(*argv[:1], "--json", *argv[1:]), unit) == []
    )


@pytest.mark.parametrize("unit", UNITS)
def test_in_every_cell(place: Shell, unit: str) -> None:
    for column in COLUMNS:
        (place.cwd / "cells.jsonl").write_text(json.dumps({"prompt": "x", column: value(unit)}) + "\n")
        ran = place.run("batch", "cells.jsonl", "-m", "flash", "-o", "out/", "--dry-run")

        assert told(ran, unit) == [], column


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(
    "text",
    [
        '{"VALUE": 1}\n', '{"prompt": "x", "VALUE": "y"}\n', '{"prompt": ["VALUE"]}\n', "VALUE\n", '{"a": VALUE}\n',
        '{"prompt": "x", "seed": {"VALUE": 1}}\n', '{"prompt": "x", "lora": {"path": "VALUE", "VALUE": 2}}\n',
        '{"VALUE": 1, "VALUE": 2}\n', '{"prompt": "x", "image": [["VALUE"]]}\n',
    ],
)  # fmt: skip
def test_in_prompt_files(place: Shell, text: str, unit: str) -> None:
    for name in ("rows.jsonl", "names.csv"):
        (place.cwd / name).write_text(text.replace("VALUE", value(unit)))

        assert told(place.run("batch", name, "-m", "flash", "-o", "out/", "--dry-run"), unit) == []


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("variable", VARIABLES)
def test_in_every_variable(place: Shell, variable: str, unit: str) -> None:
    for argv in (("flash", "x", "--dry-run"), ("flash", "x", "--sandbox", "--no-wait"), ("config", "show")):
        ran = place.run(*argv, env={variable: value(unit), "FAL_KEY": "a:b"})
        if ran.code:
            assert told(ran, unit) == []


@pytest.mark.parametrize("unit", UNITS)
def test_in_settings(place: Shell, unit: str) -> None:
    place.config.mkdir(exist_ok=True)
    texts = (
        "timeout = 'VALUE'",
        "'VALUE' = 1",
        "['VALUE']\na = 1",
        "provider = 'VALUE'",
        "VALUE",
        "plugins = ['VALUE']",
    )
    for text in texts:
        (place.config / "config.toml").write_text(text.replace("VALUE", value(unit)))

        assert told(place.run("flash", "x", "--dry-run"), unit) == [], text
