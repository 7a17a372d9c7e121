"""`flux2 sandbox` as a server of its own, for flux2 and for others."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support import plain_http
from support.shell import Shell


@contextmanager
def _serving(tmp_path: Path, *argv: str, env: dict[str, str] | None = None) -> Iterator[str]:
    """`flux2 sandbox` in a process of its own: its URL, and what it logs is checked at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "flux2cli", "sandbox", "--port", "0", *argv],
        env={
            **os.environ,
            "FLUX2_STATE_DIR": str(tmp_path / "server"),
            "FLUX2_CONFIG_DIR": str(tmp_path / "config"),
            **(env or {}),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.send_signal(signal.SIGINT)
    _, log = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "--log" not in argv or "POST /queue/fal-ai/flux-2/flash 429" in log


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    with _serving(tmp_path, "--latency", "0", "--balance", "0.008", "--fault", "429:1", "--log") as url:
        yield url


def test_jobs_through_the_address_are_marked_and_the_balance_runs_down(shell: Shell, server: str) -> None:
    env = {"FLUX2_FAL_URL": server, "FAL_KEY": "any"}

    first = shell.run("flash", "fox", "--seed", "1", "--json", env=env)
    second = shell.run("flash", "cat", "--json", env=env)
    third = shell.run("flash", "dog", "--json", env=env)

    assert (first.code, first.json["sandbox"], first.json["cost"]["source"]) == (0, True, "sandbox")
    assert json.loads((shell.cwd / "fox-1.png.json").read_text())["sandbox"] is True
    assert [first.code, second.code, third.code].count(4) >= 1
    assert third.json["error"]["code"] == "balance"
    assert plain_http.get(server).headers["x-flux2-sandbox"] == "1"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--fault", "nonsense"], "known: "),
        (["--balance", "much"], "no amount of dollars"),
        (["--port", "99999"], "--port"),
        (["--latency", "-1"], "--latency"),
        (["--latency", "inf"], "`--latency`: `inf` is no number of seconds."),
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


@pytest.mark.parametrize("latency", ["soon", "-1", "nan", "inf", "0,5"])
@pytest.mark.parametrize("argv", [("flash", "fox", "--sandbox"), ("sandbox", "--port", "0")], ids=" ".join)
def test_a_latency_in_the_environment_that_is_none(shell: Shell, argv: tuple[str, ...], latency: str) -> None:
    ran = shell.run(*argv, env={"FLUX2_SANDBOX_LATENCY": latency})

    assert ran.code == 2
    assert f"`FLUX2_SANDBOX_LATENCY`: `{latency}` is no number of seconds." in ran.err


@pytest.mark.parametrize(
    ("latency", "queued", "running"), [("0", 0, 0), ("0.1", 0.03, 0.07), ("", 0.15, 0.35), (None, 0.15, 0.35)]
)
def test_the_environment_says_how_long_a_job_takes(
    shell: Shell, latency: str | None, queued: float, running: float
) -> None:
    del shell.environ["FLUX2_SANDBOX_LATENCY"]

    shell.run("flash", "fox", "--sandbox", env={} if latency is None else {"FLUX2_SANDBOX_LATENCY": latency})

    (file,) = (shell.state / "sandbox" / "jobs").iterdir()
    job = json.loads(file.read_text())
    assert (job["queued"], job["running"]) == pytest.approx((queued, running))


def test_a_server_takes_its_latency_from_the_environment_unless_it_is_given(tmp_path: Path) -> None:
    took = {}
    for argv in ((), ("--latency", "9")):
        with _serving(tmp_path, *argv, env={"FLUX2_SANDBOX_LATENCY": "3"}) as url:
            made = plain_http.post(
                f"{url}/queue/fal-ai/flux-2/flash",
                json={"prompt": "fox"},
                headers={"Authorization": "Key any"},
            ).json()
        file = tmp_path / "server" / "sandbox" / "jobs" / f"{made['request_id']}.json"
        job = json.loads(file.read_text())
        took[argv] = job["queued"] + job["running"]

    assert took == pytest.approx({(): 3, ("--latency", "9"): 9})
