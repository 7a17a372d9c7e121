"""`flux2 sandbox` as a server of its own, for flux2 and for others."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from support.shell import Shell


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    argv = ["sandbox", "--port", "0", "--latency", "0", "--balance", "0.008", "--fault", "429:1", "--log"]
    process = subprocess.Popen(
        [sys.executable, "-m", "flux2cli", *argv],
        env={**os.environ, "FLUX2_STATE_DIR": str(tmp_path / "server"), "FLUX2_CONFIG_DIR": str(tmp_path / "config")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.send_signal(signal.SIGINT)
    _, log = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "POST /queue/fal-ai/flux-2/flash 429" in log


def test_jobs_through_the_address_are_marked_and_the_balance_runs_down(shell: Shell, server: str) -> None:
    env = {"FLUX2_FAL_URL": server, "FAL_KEY": "any"}

    first = shell.run("flash", "fox", "--seed", "1", "--json", env=env)
    second = shell.run("flash", "cat", "--json", env=env)
    third = shell.run("flash", "dog", "--json", env=env)

    assert (first.code, first.json["sandbox"], first.json["cost"]["source"]) == (0, True, "sandbox")
    assert json.loads((shell.cwd / "fox-1.png.json").read_text())["sandbox"] is True
    assert [first.code, second.code, third.code].count(4) >= 1
    assert third.json["error"]["code"] == "balance"
    assert httpx.get(server, trust_env=False).headers["x-flux2-sandbox"] == "1"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--fault", "nonsense"], "known: "),
        (["--balance", "much"], "no amount of dollars"),
        (["--port", "99999"], "--port"),
    ],
)
def test_what_makes_no_sense_is_refused(shell: Shell, argv: list[str], said: str) -> None:
    ran = shell.run("sandbox", *argv)

    assert ran.code == 2
    assert said in ran.err


def test_a_port_that_is_taken(shell: Shell, server: str) -> None:
    ran = shell.run("sandbox", "--port", server.rpartition(":")[2])

    assert ran.code == 2
    assert "--port 0 picks a free one" in ran.err
    shell.run("flash", "fox", env={"FLUX2_FAL_URL": server, "FAL_KEY": "any"})


def test_the_faults_are_listed(shell: Shell) -> None:
    assert "lost-reply" in shell.run("sandbox", "--fault", "list").out


def test_an_unknown_fault_in_the_environment(shell: Shell) -> None:
    ran = shell.run("flash", "fox", "--sandbox", env={"FLUX2_SANDBOX_FAULT": "nonsense"})

    assert ran.code == 2
    assert "FLUX2_SANDBOX_FAULT" in ran.err
