"""Ctrl-C once and twice, SIGTERM, a terminal or a reader that is gone: how soon a process ends, and what it says."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.drips import DRIPS, drip
from support.fal_stub import fal
from support.images import PNG
from support.shell import Shell
from support.stub import Say, Stub

from flux2cli.engine import Patience

FLUX2 = [sys.executable, "-m", "flux2cli"]
_SHORT_GRACE = """
import sys
from flux2cli.app import App
from flux2cli.cli import main
from flux2cli.engine import Patience
app = App.of_process()
app.patience = Patience(grace=0.8)
sys.exit(main(sys.argv[1:], app))
"""
IMPATIENT = [sys.executable, "-c", _SHORT_GRACE]
SOON = 1.5
"""Seconds: one, and what a busy machine may add."""


@pytest.fixture
def started() -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Whatever is put in here is killed at the end."""
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def start(
    shell: Shell, started: list["subprocess.Popen[bytes]"], *argv: str, flux2: list[str] = FLUX2, **options: Any
) -> "subprocess.Popen[bytes]":
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    process = subprocess.Popen([*flux2, *argv], env={**os.environ, **shell.environ}, cwd=shell.cwd, **streams)
    started.append(process)
    return process


def until(stub: Stub, path: str) -> None:
    """Wait until the server was asked for it."""
    end = time.monotonic() + 30
    while not any(path in seen.path for seen in stub.seen):
        assert time.monotonic() < end, f"{path} was never asked for"
        time.sleep(0.005)


def never_done(stub: Stub) -> dict[str, str]:
    """A provider that accepts and then works for ever, silently."""
    env = fal(stub)
    stub._rules = [rule for rule in stub._rules if "status" not in rule[1].pattern]
    stub.on("GET", ".*/stream.*", Say(status=404))
    stub.on("GET", ".*/status", Say(status=202, body={"status": "IN_PROGRESS", "logs": None}))
    return env


def states(shell: Shell) -> list[str]:
    return [job["state"] for job in shell.run("jobs", "list", "--json").json]


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_while_the_job_runs_ends_it_within_a_second_and_names_the_job(
    shell: Shell, stub: Stub, started: list["subprocess.Popen[bytes]"], number: signal.Signals, exit_code: int
) -> None:
    shell.environ.update(never_done(stub))
    process = start(shell, started, "flash", "fox", "--json")
    until(stub, "/status")
    time.sleep(0.1)

    began = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=20)

    assert time.monotonic() - began < SOON
    assert process.returncode == exit_code, err
    [job] = shell.run("jobs", "list", "--json").json
    assert json.loads(out)["error"]["code"] == "interrupted"
    assert json.loads(out)["error"]["exit_code"] == exit_code
    assert f"`flux2 jobs wait {job['job_id']}`" in json.loads(out)["error"]["hint"]
    assert job["state"] == "submitted"
    assert len(stub.posts()) == 1


@pytest.mark.parametrize("part", DRIPS)
@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_status_that_never_ends(
    shell: Shell,
    stub: Stub,
    started: list["subprocess.Popen[bytes]"],
    part: str,
    number: signal.Signals,
    exit_code: int,
) -> None:
    shell.environ.update(never_done(stub))
    stub.first("GET", ".*/status", drip(part))
    process = start(shell, started, "flash", "fox")
    until(stub, "/status")
    time.sleep(0.1)

    began = time.monotonic()
    process.send_signal(number)
    process.communicate(timeout=20)

    assert time.monotonic() - began < SOON
    assert (process.returncode, states(shell), len(stub.posts())) == (exit_code, ["submitted"], 1)


def test_a_reply_that_never_ends_is_waited_for_as_long_as_the_grace(
    shell: Shell, stub: Stub, started: list["subprocess.Popen[bytes]"]
) -> None:
    stub.on("POST", ".*", drip("headers"))
    shell.environ.update({"FLUX2_FAL_URL": stub.url, "FAL_KEY": "a:b"})
    process = start(shell, started, "flash", "fox", flux2=IMPATIENT)
    until(stub, "/flash")

    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)

    assert time.monotonic() - began < 0.8 + 3 * SOON
    assert (process.returncode, states(shell), len(stub.posts())) == (143, ["unknown"], 1)


def test_a_reply_that_is_out_is_waited_for_as_long_as_the_grace_and_then_named(
    shell: Shell, stub: Stub, started: list["subprocess.Popen[bytes]"]
) -> None:
    assert Patience().grace == 5.0
    stub.on("POST", ".*", Say(body={"request_id": "r-1"}, wait=15))
    shell.environ.update({"FLUX2_FAL_URL": stub.url, "FAL_KEY": "a:b"})
    process = start(shell, started, "flash", "fox", flux2=IMPATIENT)
    until(stub, "/flash")

    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)

    assert 0.7 < time.monotonic() - began < 0.8 + 3 * SOON
    assert process.returncode == 130
    [job] = shell.run("jobs", "list", "--json").json
    assert f"whether {job['job_id']} was accepted is not known" in err.decode()
    assert (job["state"], len(stub.posts())) == ("unknown", 1)


def test_a_reply_that_comes_in_time_is_recorded(
    shell: Shell, stub: Stub, started: list["subprocess.Popen[bytes]"]
) -> None:
    stub.on("POST", ".*", Say(body={"request_id": "r-1"}, wait=0.5))
    shell.environ.update({"FLUX2_FAL_URL": stub.url, "FAL_KEY": "a:b"})
    process = start(shell, started, "flash", "fox")
    until(stub, "/flash")

    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=20)

    assert process.returncode == 143
    assert b"Still at the provider: " in err
    assert states(shell) == ["submitted"]


def test_an_error_that_may_hide_a_job_stays_unknown_when_the_look_for_it_is_interrupted(
    shell: Shell, stub: Stub, started: list["subprocess.Popen[bytes]"]
) -> None:
    stub.on("POST", ".*", Say(status=500, body={"detail": "boom"}, headers={"x-fal-request-id": "r-1"}))
    stub.on("GET", ".*", Say(status=404, body={"status": "NOT_FOUND"}))
    shell.environ.update({"FLUX2_FAL_URL": stub.url, "FAL_KEY": "a:b"})
    process = start(shell, started, "flash", "fox")
    until(stub, "/r-1/status")
    time.sleep(0.1)

    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)

    assert process.returncode == 130
    assert states(shell) == ["unknown"]
    assert shell.run("flash", "fox").code == 9, "nothing sends it again by itself"
    assert len(stub.posts()) == 1


def test_a_second_ctrl_c_leaves_at_once(shell: Shell, stub: Stub, started: list["subprocess.Popen[bytes]"]) -> None:
    stub.on("POST", ".*", Say(body={"request_id": "r-1"}, wait=8))
    shell.environ.update({"FLUX2_FAL_URL": stub.url, "FAL_KEY": "a:b"})
    process = start(shell, started, "flash", "fox")
    until(stub, "/flash")

    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)

    assert time.monotonic() - began < SOON
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert states(shell) == ["unknown"]


UP_AT_FIRST_IMPORT = """
import sys
from flux2cli.__main__ import main

class Finder:
    is_up = False

    def find_spec(self, *_):
        if not self.is_up:
            self.is_up = True
            print("up", flush=True)

sys.argv[0] = "flux2"
sys.meta_path.insert(0, Finder())
main()
"""
"""Says "up" where `main` imports its first module. The interpreter's own start, before that, handles no signal."""


@pytest.mark.parametrize("after", [0.0, 0.05, 0.1, 0.2, 0.3])
def test_ctrl_c_at_any_time_of_the_start_is_130_without_a_traceback(
    shell: Shell, stub: Stub, started: list["subprocess.Popen[bytes]"], after: float
) -> None:
    shell.environ.update(never_done(stub))
    process = subprocess.Popen(
        [sys.executable, "-c", UP_AT_FIRST_IMPORT, "flash", "fox"], env={**os.environ, **shell.environ}, cwd=shell.cwd,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    started.append(process)
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    time.sleep(after)

    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, err = process.communicate(timeout=20)

    assert time.monotonic() - began < SOON
    assert process.returncode == 130, err
    assert b"Traceback" not in err
    assert states(shell) in ([], ["not-sent"], ["submitted"]), "no unknown is made by leaving"
    assert len(stub.posts()) == len([s for s in states(shell) if s == "submitted"])


def test_a_terminal_that_is_gone_is_129_and_the_job_stays_collectable(
    shell: Shell, stub: Stub, started: list["subprocess.Popen[bytes]"]
) -> None:
    shell.environ.update(never_done(stub))
    ours, theirs = pty.openpty()
    code = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
    process = subprocess.Popen(
        [sys.executable, "-c", code, *FLUX2, "flash", "fox"], env={**os.environ, **shell.environ}, cwd=shell.cwd,
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    started.append(process)
    os.close(theirs)
    until(stub, "/status")
    time.sleep(0.3)

    began = time.monotonic()
    os.close(ours)
    process.wait(timeout=20)

    assert time.monotonic() - began < SOON
    assert process.returncode == 129
    assert states(shell) == ["submitted"]


def test_nohup_outlives_the_terminal(shell: Shell, stub: Stub, started: list["subprocess.Popen[bytes]"]) -> None:
    env = fal(stub, image=Say(body=PNG, wait=0.4))
    shell.environ.update(env)
    process = start(shell, started, "flash", "fox", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    until(stub, "/cdn/")

    process.send_signal(signal.SIGHUP)
    out, err = process.communicate(timeout=20)

    assert (process.returncode, out) == (0, b"fox-5.png\n"), err


def test_a_reader_that_is_gone_is_141_and_the_image_is_not_lost(
    shell: Shell, stub: Stub, started: list["subprocess.Popen[bytes]"]
) -> None:
    shell.environ.update(fal(stub))
    read, write = os.pipe()
    os.close(read)
    process = start(shell, started, "flash", "fox", "-o", "-", stdout=write)
    os.close(write)
    _, err = process.communicate(timeout=20)
    [job] = shell.run("jobs", "list", "--json").json
    parts = [p.name for p in Path(shell.environ["FLUX2_CACHE_DIR"]).rglob("*.part")]

    fetched = shell.run("jobs", "fetch")

    assert process.returncode == 141, err
    assert b"Traceback" not in err
    assert f"`flux2 jobs wait {job['job_id']}`" in err.decode()
    assert job["state"] == "ready"
    assert (fetched.code, shell.files()) == (0, ["fox-5.png", "fox-5.png.json"])
    assert parts == []
    assert len(stub.posts()) == 1


def test_a_closed_stdout_loses_only_the_path(
    shell: Shell, stub: Stub, started: list["subprocess.Popen[bytes]"]
) -> None:
    shell.environ.update(fal(stub))
    read, write = os.pipe()
    os.close(read)
    process = start(shell, started, "flash", "fox", stdout=write)
    os.close(write)
    process.communicate(timeout=20)

    assert process.returncode == 141
    assert shell.files() == ["fox-5.png", "fox-5.png.json"]
    assert states(shell) == ["saved"]
