"""BFL's outpainting in the sandbox: where the image stands, and what is refused."""

import io
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from support.emulated_apis import BflApi, as_base64, emulated, fetched
from support.sandbox_rig import opened, png

from flux2cli.sandbox.job_store import Latency


def red(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "PNG")
    return out.getvalue()


class Outpainting(BflApi):
    def submit(self, **body: Any) -> Any:
        return self.http.post("/v1/flux-tools/outpainting-v1", json=body)

    def image(self, **body: Any) -> Any:
        done = self.poll(self.submit(**body).json()["id"]).json()
        assert done["status"] == "Ready", done
        return opened(fetched(done["result"]["sample"]).content)


api = partial(emulated, Outpainting, latency=Latency(queued=0, running=0))


def box_of_red(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of the red pixels, which is where the image stands."""
    tones, other, _ = image.convert("RGB").split()
    return ImageChops.darker(tones.point(lambda t: 255 * (t > 250)), other.point(lambda t: 255 * (t < 5))).getbbox()


@pytest.mark.parametrize(
    ("offset", "box"),
    [
        ({"reference_offset_x": 100, "reference_offset_y": 20}, (100, 20, 400, 220)),
        ({"reference_offset_x": 0, "reference_offset_y": 0}, (0, 0, 300, 200)),
        ({}, (150, 100, 450, 300)),
    ],
)
def test_the_image_stands_at_its_offset_or_in_the_middle(
    tmp_path: Path, offset: dict[str, int], box: tuple[int, int, int, int]
) -> None:
    with api(tmp_path) as bfl:
        image = bfl.image(input_image=as_base64(red(300, 200)), width=600, height=400, **offset)

        assert (image.format, image.size) == ("PNG", (600, 400))
        assert box_of_red(image) == box


@pytest.mark.parametrize(
    ("body", "loc", "kind"),
    [
        ({"width": 600}, "height", "missing"),
        ({"width": 600, "height": 63}, "height", "greater_than_equal"),
        ({"width": 2049, "height": 2048}, "width", "value_error"),
        ({"width": 600, "height": 400, "webhook_url": "https://x.example"}, "webhook_url", "extra_forbidden"),
        ({"width": 600, "height": 400, "seed": 7}, "seed", "extra_forbidden"),
        ({"width": 600, "height": 400, "mode": "turbo"}, "mode", "literal_error"),
    ],
)
def test_fields_that_are_refused(tmp_path: Path, body: dict[str, Any], loc: str, kind: str) -> None:
    with api(tmp_path) as bfl:
        reply = bfl.submit(input_image=as_base64(png(300, 200)), **body)

        assert reply.status_code == 422
        assert [(detail["loc"][-1], detail["type"]) for detail in reply.json()["detail"]] == [(loc, kind)]


def test_fields_that_are_no_parameters_here_are_taken(tmp_path: Path) -> None:
    with api(tmp_path) as bfl:
        more = {"prompt": "a beach", "auto_crop": True, "disable_pup": True}
        reply = bfl.submit(input_image=as_base64(png(300, 200)), width=600, height=400, **more)

        assert reply.status_code == 200


def test_a_file_that_is_no_image_fails_the_job(tmp_path: Path) -> None:
    with api(tmp_path) as bfl:
        made = bfl.submit(input_image=as_base64(b"nothing"), width=600, height=400).json()

        done = bfl.poll(made["id"]).json()
        assert (done["status"], done["details"]["error"]) == ("Error", "invalid_image")
