"""Other people's clients, unmodified, against the sandbox: programs that call them and print one JSON object."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from support import plain_http
from support.sandbox_rig import Rig, opened

CALLS = Path(__file__).parent.parent / "sandbox/clients"
DIRECTORY = Path(os.environ.get("FLUX2_TEST_CLIENTS") or "/nonexistent")
"""What `.ci/official_clients` has installed."""

PYTHON = DIRECTORY / "venv/bin/python"

with_python_clients = pytest.mark.skipif(not PYTHON.exists(), reason="needs clients in $FLUX2_TEST_CLIENTS")
with_node_clients = pytest.mark.skipif(
    shutil.which("node") is None or not (DIRECTORY / "node_modules").is_dir(),
    reason="needs Node.js, and packages in $FLUX2_TEST_CLIENTS",
)


def drive(command: list[str]) -> dict[str, Any]:
    """What the program prints; it has 120 seconds."""
    said: dict[str, Any] = json.loads(ended(command).stdout)
    return said


def ended(command: list[str], **variables: str) -> "subprocess.CompletedProcess[str]":
    """The program's end, which has to be a success."""
    environment = {**os.environ, "NO_PROXY": "127.0.0.1", "FAL_KEY": "id:secret", **variables}
    ran = subprocess.run(command, capture_output=True, text=True, timeout=110, env=environment, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran


def size_of(rig: Rig, output: dict[str, Any]) -> tuple[int, int]:
    """The real size of the first image of an output of fal, which has to be the announced one."""
    image = output["images"][0]
    assert image["url"].startswith(rig.server.url)
    size = opened(plain_http.get(image["url"]).content).size
    assert size == (image["width"], image["height"])
    return size
