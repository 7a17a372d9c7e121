"""fal's own clients: what they accept is what fal answers."""

import sys
from pathlib import Path

from support import plain_http
from support.official_clients import (
    CALLS,
    DIRECTORY,
    PYTHON,
    drive,
    ended,
    size_of,
    with_node_clients,
    with_python_clients,
)
from support.sandbox_rig import AT_ONCE, png, running

from flux2cli.sandbox.job_store import Latency

SHORT = Latency(queued=0.5, running=0.4)
STEPS = ["step 1/4", "step 2/4", "step 3/4", "step 4/4"]
OTHER_ENDPOINTS = (
    ("fal-ai/fast-sdxl/image-to-image", "fal-ai/flux-2/edit"),
    ("fal-ai/fast-sdxl", "fal-ai/flux-2"),
    ("fal-ai/any-llm", "fal-ai/flux-2"),
    ('"image_url": output["images"][0]["url"]', '"image_urls": [output["images"][0]["url"]]'),
    ('"image_url": url', '"image_urls": [url]'),
    ("assert len(events) >= 2", "assert len(events) == 1"),
    ('assert not events[-1]["partial"]', 'assert len(events[-1]["images"]) == 1'),
)
"""What of the client's tests is about other models, and what it is for FLUX.2."""


def test_the_python_client(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(png(600, 300))
    with running(tmp_path / "state", latency=SHORT) as rig:
        said = drive([sys.executable, str(CALLS / "fal_client_calls.py"), rig.server.url, str(photo)])

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


@with_python_clients
def test_the_python_clients_own_tests(tmp_path: Path) -> None:
    theirs = tmp_path / "tests"
    theirs.mkdir()
    for name in ("test_sync_client.py", "test_async_client.py"):
        text = (DIRECTORY / "fal_client-1.0.3/tests" / name).read_text()
        for other, ours in OTHER_ENDPOINTS:
            text = text.replace(other, ours)
        (theirs / name).write_text(text)
    with running(tmp_path / "state", latency=AT_ONCE) as rig:
        # `test_retry` is about the client alone, and takes 20 seconds.
        options = ["-q", "-o", "asyncio_mode=auto", "-p", "point_fal_client_at_sandbox", "-k", "not test_retry"]
        ran = ended(
            [str(PYTHON), "-m", "pytest", *options, "--rootdir", str(theirs), str(theirs)],
            PYTHONPATH=str(CALLS),
            SANDBOX_URL=rig.server.url,
        )

        assert "7 passed, 46 deselected" in ran.stdout
        assert rig.server.leaks == []


@with_node_clients
def test_the_javascript_client(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(png(600, 300))
    with running(tmp_path / "state", latency=SHORT) as rig:
        said = drive(["node", str(CALLS / "fal_javascript_calls.mjs"), rig.server.url, str(photo), str(DIRECTORY)])

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
        for stream in (said["runStream"], said["runStreamByToken"]):
            assert [event["seed"] for event in stream["seen"]] == [7]
            assert stream["done"] == stream["seen"][0]
        assert said["proxied"]["data"]["seed"] == 7
        assert rig.server.leaks == []
