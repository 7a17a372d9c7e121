"""fal's own clients, unmodified, against the emulator: what they accept is what fal answers."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support import plain_http
from support.sandbox_rig import Rig, opened, png, running

from flux2cli.sandbox.job_store import Latency

HERE = Path(__file__).parent
SHORT = Latency(queued=0.5, running=0.4)
STEPS = ["step 1/4", "step 2/4", "step 3/4", "step 4/4"]


def drive(command: list[str]) -> dict[str, Any]:
    environment = {**os.environ, "NO_PROXY": "127.0.0.1", "FAL_KEY": "id:secret"}
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, check=False)
    assert ran.returncode == 0, ran.stderr
    said: dict[str, Any] = json.loads(ran.stdout)
    return said


def size_of(rig: Rig, output: dict[str, Any]) -> tuple[int, int]:
    """The real size of the first image, which has to be the announced one."""
    image = output["images"][0]
    assert image["url"].startswith(rig.server.url)
    size = opened(plain_http.get(image["url"]).content).size
    assert size == (image["width"], image["height"])
    return size


def test_the_python_client(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(png(600, 300))
    with running(tmp_path / "state", latency=SHORT) as rig:
        said = drive([sys.executable, str(HERE / "official_client.py"), rig.server.url, str(photo)])

        assert (said["subscribe"]["seed"], size_of(rig, said["subscribe"])) == (7, (1024, 768))
        assert said["updates"] == ["Queued", "InProgress", "Completed"]
        assert said["logs"] == STEPS
        assert said["status"] == "Queued"
        assert said["events"] == ["Queued", "InProgress", "Completed"]
        assert said["result"] == said["by_id"]
        assert said["result"]["images"][0]["content_type"] == "image/jpeg"
        assert set(said["run"]) == {"images", "seed"}
        assert said["cancelled"]["status"] == 499
        assert plain_http.get(said["upload"]).content == photo.read_bytes()
        assert plain_http.get(said["upload_parts"]).content == photo.read_bytes()
        assert plain_http.get(said["upload_older"]).content == b"bytes"
        assert size_of(rig, said["edit"]) == (1456, 720)
        assert said["refused"]["status"] == 422
        assert said["refused"]["detail"][0]["loc"] == ["body", "num_images"]
        assert (said["bad_image"]["status"], said["bad_image"]["detail"][0]["type"]) == (422, "image_load_error")
        assert len(rig.server.leaks) == 1  # the client's older storage sends its key along


MODULES = os.environ.get("FLUX2_TEST_NODE_MODULES", "")
MODULES_FOUND = next(
    (d for d in (Path(MODULES) / "node_modules", Path(MODULES)) if (d / "@fal-ai/client").is_dir()), None
)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
@pytest.mark.skipif(MODULES_FOUND is None, reason="needs @fal-ai/client in $FLUX2_TEST_NODE_MODULES")
def test_the_javascript_client(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(png(600, 300))
    with running(tmp_path / "state", latency=SHORT) as rig:
        said = drive(["node", str(HERE / "official_client.mjs"), rig.server.url, str(photo), str(MODULES_FOUND)])

        assert size_of(rig, said["subscribe"]["data"]) == (1024, 768)
        assert said["subscribe"]["requestId"] in said["subscribe"]["data"]["images"][0]["url"]
        assert said["updates"] == ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]
        assert said["logs"] == STEPS
        assert said["streamed"]["data"]["seed"] == 7
        assert said["streamedUpdates"] == ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]
        assert said["streamedLogs"] == STEPS
        assert said["status"] == "IN_QUEUE"
        assert said["result"]["requestId"] == said["submit"]["request_id"]
        assert set(said["run"]["data"]) == {"images", "seed"}
        assert said["cancelled"]["status"] == 499
        assert plain_http.get(said["upload"]).content == photo.read_bytes()
        assert len(plain_http.get(said["uploadParts"]).content) == 91 * 1024 * 1024
        assert size_of(rig, said["edit"]["data"]) == (1456, 720)
        assert (said["refused"]["name"], said["refused"]["status"]) == ("ValidationError", 422)
        assert said["refused"]["body"]["detail"][0]["loc"] == ["body", "num_images"]
        assert said["proxied"]["data"]["seed"] == 7
        assert rig.server.leaks == []
