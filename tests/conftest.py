"""Every test starts without keys, settings, proxies or colours, in a home of its own, and reaches loopback only."""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.farm import Farm
from support.image_project import Project
from support.shell import Shell
from support.signals import heed_ignored_signals
from support.stub import Stub

from flux2cli.core.job import retry

_SCRUBBED = ("FLUX2_", "FAL_", "VTRIX_", "BFL_", "SSL_CERT_", "GITHUB_")
_NAMES = (
    "PYTHONUNBUFFERED",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR_FORCE",
    "TERM",
)

heed_ignored_signals()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if (name.startswith(_SCRUBBED) or name.upper() in _NAMES) and name != "FLUX2_TEST_CLIENTS":
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    monkeypatch.setenv("FLUX2_SANDBOX_LATENCY", "0")  # for processes; `Shell` sets it for command lines in this one


@pytest.fixture(autouse=True)
def _no_process_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test starts is over when the test is: what is left is killed, and the test fails."""
    started: list[subprocess.Popen[Any]] = []

    class Popen(subprocess.Popen[Any]):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            started.append(self)

    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "Popen", Popen)
        yield
    left = [process for process in started if process.poll() is None]
    for process in left:
        process.kill()
        process.wait()
    assert [process.args for process in left] == []


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if isinstance(address, tuple) and not (str(host).startswith("127.") or host in ("::1", "localhost")):
            raise AssertionError(f"a test tried to reach {host}")
        return real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests follow each other as always, in a fiftieth of the time. Waits that a provider names stay as they are.

    How long each wait is, is for the tests of the retry rules and of the job flow, which have no clock.
    """
    for name in ("CONNECT_WINDOW", "MISSING_GRACE"):
        monkeypatch.setattr(retry, name, getattr(retry, name) / 50)
    for name in ("backoff", "poll_interval", "download_wait"):
        monkeypatch.setattr(retry, name, _fiftieth(getattr(retry, name)))


def _fiftieth(wait: Callable[..., float | None]) -> Callable[..., float | None]:
    def shortened(*given: Any, **named: Any) -> float | None:
        seconds = wait(*given, **named)
        return None if seconds is None else seconds / 50

    return shortened


@pytest.fixture
def shell(tmp_path: Path, short_waits: None) -> Shell:  # noqa: ARG001 - it is a fixture
    """Runs command lines in this process: `shell.run("flash", "a fox", "--sandbox")`."""
    return Shell(tmp_path)


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A server that answers with what the test scripted and keeps what it was sent."""
    with Stub() as server:
        yield server


@pytest.fixture
def farm(stub: Stub) -> Farm:
    """That server as a provider in fal's protocol, where every prompt has its own fate."""
    return Farm(stub)


@pytest.fixture
def project(shell: Shell) -> Project:
    """Five images, of which one is an edit."""
    made = Project(shell)
    ran = made.run()
    assert (ran.code, made.submits) == (0, 5), ran.err
    return made
