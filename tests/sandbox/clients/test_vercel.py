"""The packages of Vercel's AI SDK for fal and Black Forest Labs."""

import base64
from pathlib import Path
from typing import Any

from support.official_clients import CALLS, DIRECTORY, drive, with_node_clients
from support.sandbox_rig import opened, png, running

from flux2cli.sandbox.job_store import Latency

NO_STEPS = Latency(queued=0.1, running=0)
"""Without a time of running: this package takes BFL's `Reasoning` and `Generating` for errors."""


def sizes(made: dict[str, Any]) -> list[tuple[str, tuple[int, int]]]:
    return [(file["type"], opened(base64.b64decode(file["base64"])).size) for file in made["files"]]


@with_node_clients
def test_images_edits_and_errors_of_both_providers(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(png(600, 300))
    with running(tmp_path / "state", latency=NO_STEPS) as rig:
        said = drive(["node", str(CALLS / "vercel_calls.mjs"), rig.server.url, str(photo), str(DIRECTORY)])

        assert sizes(said["falPlain"]) == [("image/png", (512, 768))] * 2
        assert said["falPlain"]["warnings"] == []
        assert [image["nsfw"] for image in said["falPlain"]["facts"]["fal"]["images"]] == [False, False]
        assert sizes(said["falEdit"]) == [("image/png", (1456, 720))]
        assert sizes(said["falShape"]) == [("image/jpeg", (1024, 576))]
        assert said["falRefused"]["status"] == 422
        assert said["falRefused"]["message"].startswith("body.image_size.ImageSize.width: Input should be greater")
        assert said["falUnknown"]["status"] == 404

        assert sizes(said["bflPlain"]) == [("image/jpeg", (512, 768))]
        assert said["bflPlain"]["facts"]["blackForestLabs"]["images"][0]["seed"] == 7
        assert said["bflPlain"]["facts"]["blackForestLabs"]["images"][0]["cost"] == 3
        assert sizes(said["bflEdit"]) == [("image/png", (640, 512))]
        assert said["bflRefused"]["status"] == 422
        assert said["bflRefused"]["message"].startswith('[{"loc":["body","steps"]')
        assert said["bflUnknown"]["status"] == 404
        assert len(rig.server.leaks) == 2  # the package sends its key to the addresses of BFL's images
