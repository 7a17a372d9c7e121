"""`flux2 keys`: keys go in by a prompt or stdin, and never come out."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import pytest
from support.shell import Ran, Shell

KEY = "0a1b2c3d-s3cret:4e5f6a7b8c9d"


def store(shell: Shell) -> Path:
    return shell.config / "keys.json"


def kept(shell: Shell) -> dict[str, str]:
    found: dict[str, str] = json.loads(store(shell).read_text())
    return found


def said(ran: Ran) -> str:
    return ran.out + ran.err


def test_a_key_comes_from_stdin(shell: Shell) -> None:
    ran = shell.run("keys", "set", "fal", stdin=f"\ufeff{KEY}\r\n".encode())

    assert (ran.code, ran.out, ran.err) == (0, "", f"stored the fal key in {store(shell)}\n")
    assert kept(shell) == {"fal": KEY}


@pytest.mark.parametrize("argv", [(KEY,), (f"--{KEY}",), (f"--key={KEY}",), ("-k", KEY), ("--", KEY), (f"-{KEY}", "x")])
@pytest.mark.parametrize("json_too", [False, True])
def test_a_key_is_not_taken_as_an_argument_and_not_repeated(
    shell: Shell, argv: tuple[str, ...], json_too: bool
) -> None:
    flags = ("--json",) if json_too else ()
    ran = shell.run("keys", "set", "fal", *flags, *argv, stdin=b"other")

    assert ran.code == 2
    assert "error: A key is not taken as an argument: other users and the shell's history would see it." in ran.err
    assert "s3cret" not in said(ran)
    assert not store(shell).exists()


@pytest.mark.parametrize("command", ["set", "remove"])
def test_a_key_in_the_providers_place_is_not_repeated(shell: Shell, command: str) -> None:
    ran = shell.run("keys", command, KEY, stdin=b"x")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "error: That is no provider.\nhint: known: fal, vtrix, bfl\n"


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        (b"", "No key was given."),
        (None, "No key was given."),
        (b" \n", "No key was given."),
        (b"s3cret\nmore", "What was given for fal has spaces or line breaks inside."),
        ("s3crét".encode(), "What was given for fal has characters in it that no key has."),
        (b"s3cret\xff", "What was given for fal has characters in it that no key has."),
        (b"s3cret" * 20000, "What came on stdin is too long for a key."),
    ],
)
def test_what_is_no_key_is_refused(shell: Shell, stdin: bytes | None, message: str) -> None:
    ran = shell.run("keys", "set", "fal", stdin=stdin)

    assert (ran.code, ran.err.splitlines()[0]) == (2, f"error: {message}")
    assert "s3cr" not in said(ran)
    assert not store(shell).exists()


def test_set_says_when_the_environment_has_the_last_word(shell: Shell) -> None:
    ran = shell.run("keys", "set", "fal", stdin=KEY.encode(), env={"FAL_KEY": "other-s3cret"})

    assert ran.code == 0
    assert ran.err.splitlines()[1] == "warning: the key in the environment FAL_KEY is used instead of the stored key"
    assert "s3cret" not in said(ran)


def test_set_says_when_it_closed_a_directory(shell: Shell) -> None:
    shell.config.mkdir()
    shell.config.chmod(0o755)

    ran = shell.run("keys", "set", "fal", stdin=KEY.encode())

    assert ran.err.splitlines()[0] == f"warning: {shell.config} was open to others; now it is yours alone"


def test_list_tells_where_keys_come_from(shell: Shell) -> None:
    shell.run("keys", "set", "bfl", stdin=KEY.encode())

    ran = shell.run("keys", "list", env={"FAL_KEY_ID": "a-s3cret", "FAL_KEY_SECRET": "b-s3cret"})

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (f"fal    environment FAL_KEY_ID and FAL_KEY_SECRET\nvtrix  not set\nbfl    {store(shell)}\n")


def test_list_as_json(shell: Shell) -> None:
    shell.run("keys", "set", "bfl", stdin=KEY.encode())

    assert shell.run("keys", "list", "--json", env={"FAL_KEY": "a-s3cret"}).json == [
        {"provider": "fal", "set": True, "source": "environment FAL_KEY"},
        {"provider": "vtrix", "set": False, "source": None},
        {"provider": "bfl", "set": True, "source": str(store(shell))},
    ]


def test_list_warns_once_of_a_store_that_others_can_read(shell: Shell) -> None:
    for provider in ("fal", "bfl"):
        shell.run("keys", "set", provider, stdin=KEY.encode())
    store(shell).chmod(0o644)

    ran = shell.run("keys", "list")

    assert ran.code == 0
    assert ran.err == (
        f"warning: others on this machine can read your keys; close the store: chmod 600 '{store(shell)}'\n"
    )


def test_remove(shell: Shell) -> None:
    shell.run("keys", "set", "fal", stdin=KEY.encode())

    first = shell.run("keys", "remove", "fal", env={"FAL_KEY": "other-s3cret"})
    second = shell.run("keys", "remove", "fal")

    assert first.code == second.code == 0
    assert first.err.splitlines() == [
        f"removed the fal key from {store(shell)}",
        "warning: the key in the environment FAL_KEY is still used",
    ]
    assert second.err == "no fal key was stored\n"
    assert not store(shell).exists()


def test_without_a_key_a_run_ends_with_two_ways_and_one_without(shell: Shell) -> None:
    ran = shell.run("flash", "a fox")

    assert ran.code == 3
    assert ran.err == (
        "error: There is no API key for fal.\n"
        "hint: `export FAL_KEY=...`, or store it: `flux2 keys set fal`; `--sandbox` needs none\n"
    )


def test_a_key_is_nowhere_but_in_its_store(shell: Shell, tmp_path: Path) -> None:
    printed = ""
    for argv in (("keys", "set", "fal"), ("keys", "list"), ("keys", "list", "--json"), ("config", "show"),
                 ("config", "show", "--json"),
                 ("flash", "a fox", "--dry-run"), ("keys", "set", "bfl", "x")):  # fmt: skip
        printed += said(shell.run(*argv, stdin=KEY.encode(), env={"BFL_API_KEY": KEY}))

    with_key = [f.name for f in tmp_path.rglob("*") if f.is_file() and b"s3cret" in f.read_bytes()]
    assert "s3cret" not in printed
    assert with_key == ["keys.json"]


# A real terminal


class Terminal:
    """`flux2` in a process of its own, with a terminal in front of it."""

    def __init__(self, shell: Shell, *argv: str) -> None:
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "flux2cli", *argv],
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True, cwd=shell.cwd,
            env={**os.environ, **shell.environ},
            preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),  # makes it the controlling terminal
        )  # fmt: skip
        os.close(slave)
        self.shown = ""

    def wait_for(self, text: str) -> None:
        end = time.monotonic() + 20
        while text not in self.shown:
            assert time.monotonic() < end, self.shown
            if not self._read(0.2):
                raise AssertionError(f"it ended with: {self.shown}")

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def interrupt(self) -> None:
        os.killpg(self._process.pid, signal.SIGINT)

    def end(self) -> int:
        end = time.monotonic() + 20
        while self._read(0.2):
            assert time.monotonic() < end, self.shown
        return self._process.wait(20)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def _read(self, seconds: float) -> bool:
        """Whether the terminal is still open."""
        if select.select([self._master], [], [], seconds)[0]:
            try:
                data = os.read(self._master, 4096)
            except OSError:  # what Linux says when the other side is closed
                return False
            self.shown += data.decode()
            return bool(data)
        return self._process.poll() is None


def test_on_a_terminal_the_key_is_asked_for_and_not_shown(shell: Shell) -> None:
    with Terminal(shell, "keys", "set", "fal") as terminal:
        terminal.wait_for("fal key (not shown): ")
        terminal.type(f"{KEY}\n")

        assert terminal.end() == 0

    assert "s3cret" not in terminal.shown
    assert kept(shell) == {"fal": KEY}


def test_control_d_at_the_prompt_stores_nothing(shell: Shell) -> None:
    with Terminal(shell, "keys", "set", "fal") as terminal:
        terminal.wait_for("(not shown): ")
        terminal.type("\x04")

        assert terminal.end() == 2

    assert "No key was given." in terminal.shown
    assert not store(shell).exists()


def test_control_c_at_the_prompt_stores_nothing(shell: Shell) -> None:
    with Terminal(shell, "keys", "set", "fal") as terminal:
        terminal.wait_for("(not shown): ")
        terminal.interrupt()

        assert terminal.end() == 130

    assert "Interrupted; no key was stored." in terminal.shown
    assert "Traceback" not in terminal.shown
    assert not store(shell).exists()


@pytest.mark.parametrize(
    ("text", "clause", "hint"),
    [
        (f'"{KEY}"', "has quotes around it", "leave the quotes out"),
        (f"FAL_KEY={KEY}", "begins with the name of a variable", "leave out everything up to the `=`"),
        (f"Key {KEY}", "begins with a word of the header that it is sent in", "give the key alone"),
    ],
)
def test_what_is_not_the_key_alone_is_neither_stored_nor_sent(shell: Shell, text: str, clause: str, hint: str) -> None:
    refused = shell.run("keys", "set", "fal", stdin=text.encode())
    nowhere = {"FAL_KEY": text, "FLUX2_FAL_URL": "http://127.0.0.1:9"}
    ran = shell.run("flash", "a fox", env=nowhere)

    assert (refused.code, refused.err) == (2, f"error: What was given for fal {clause}.\nhint: {hint}\n")
    assert not store(shell).exists()
    assert (ran.code, ran.err) == (3, f"error: The key in FAL_KEY {clause}.\nhint: {hint}\n")


def test_a_key_in_a_file_that_is_not_read_is_pointed_at(shell: Shell) -> None:
    (shell.cwd / ".env").write_text(f"FAL_KEY={KEY}\n")
    hint = ".env has FAL_KEY, but flux2 does not read it: `set -a; . ./.env; set +a`"

    ran, checked = shell.run("flash", "a fox"), shell.run("doctor", "--offline")

    assert (ran.code, ran.err) == (3, f"error: There is no API key for fal.\nhint: {hint}\n")
    assert hint in " ".join(checked.out.split())
    assert "s3cret" not in said(ran) + said(checked)
