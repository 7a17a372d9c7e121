"""What the three protocols of one sandbox share: an address, keys, references to each other's images, faults."""

import base64
from pathlib import Path
from typing import Any

import httpx
import pytest
from support import plain_http
from support.sandbox_rig import MAX_EDIT, png, running

FAL = {"Authorization": "Key a"}
VTRIX = {"Authorization": "Bearer a"}
BFL = {"x-key": "a"}


def made_by_vtrix(url: str, **params: Any) -> str:
    body = {"model": "flux_2_max", "input": [{"params": {"prompt": "x", **params}}]}
    with plain_http.client(base_url=url, headers=VTRIX) as http:
        task = http.post("/model/v1/generation", json=body).json()["id"]
        address: str = http.get(f"/model/v1/generation/task/{task}").json()["output"][0]["content"][0]["url"]
        return address


def made_by_bfl(url: str, **body: Any) -> str:
    with plain_http.client(base_url=url, headers=BFL) as http:
        made = http.post("/v1/flux-2-max", json={"prompt": "x", **body}).json()
        address: str = http.get(made["polling_url"]).json()["result"]["sample"]
        return address


def test_fal_takes_images_that_the_others_made_as_references(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        for address in (
            made_by_vtrix(rig.server.url, width=512, height=1024),
            made_by_bfl(rig.server.url, width=512, height=1024),
        ):
            image = rig.result(MAX_EDIT, {"prompt": "x", "image_urls": [address]}).json()["images"][0]

            assert (image["width"], image["height"]) == (720, 1456)


def test_fal_does_not_find_images_that_the_others_never_made(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        for path in ("/cdn/vtrix/aaaaaaaaaaaaaaaaaaaaaaaaaa.jpg", f"/cdn/bfl/{'0' * 36}/sample.jpg"):
            body = {"prompt": "x", "image_urls": [f"{rig.server.url}{path}"]}

            assert rig.result(MAX_EDIT, body).json()["detail"][0]["type"] == "file_download_error"


def test_an_uploaded_file_is_a_reference_everywhere(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        address = rig.upload(png(512, 1024))

        assert made_by_vtrix(rig.server.url, input_image=address)
        made = plain_http.post(f"{rig.server.url}/v1/flux-2-pro", json={"prompt": "x", "input_image": address},
                          headers=BFL).json()  # fmt: skip
        assert (made["input_mp"], made["output_mp"]) == (0.5, 0.5)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/model/v1/generation"), ("POST", "/v1/flux-2-max"), ("GET", "/v1/credits")]
)
def test_a_key_of_one_provider_does_not_open_another(tmp_path: Path, method: str, path: str) -> None:
    with running(tmp_path) as rig:
        wrong = BFL if path.startswith("/model") else VTRIX
        replies = [
            httpx.request(method, f"{rig.server.url}{path}", headers=headers, trust_env=False)
            for headers in (wrong, FAL)
        ]

        assert [reply.status_code in (401, 403) for reply in replies] == [True, True]


def test_the_same_prompt_seed_and_size_draw_the_same_image_everywhere(tmp_path: Path) -> None:
    body = {"prompt": "a fox", "seed": 7, "output_format": "png"}
    with running(tmp_path) as rig:
        images = [
            rig.image("/queue/fal-ai/flux-2-max", {**body, "image_size": {"width": 640, "height": 480}}),
            plain_http.get(made_by_vtrix(rig.server.url, **body, width=640, height=480)).content,
            plain_http.get(made_by_bfl(rig.server.url, **body, width=640, height=480)).content,
        ]

        assert images[0] == images[1] == images[2]


@pytest.mark.parametrize(
    ("fault", "first"),
    [("unknown-status:1", (200, "ON_HOLD")), ("task-not-found:1", (404, "NOT_FOUND"))],
)
def test_a_status_at_fal_can_be_a_word_that_nobody_knows_or_missing_once(
    tmp_path: Path, fault: str, first: tuple[int, str]
) -> None:
    with running(tmp_path, faults=[fault]) as rig:
        url = rig.submit()["status_url"]
        said = [(reply.status_code, reply.json()["status"]) for reply in (rig.http.get(url), rig.http.get(url))]

        assert said == [first, (200, "COMPLETED")]


def test_an_image_at_fal_can_have_expired(tmp_path: Path) -> None:
    with running(tmp_path, faults=["expired-download:1"]) as rig:
        url = rig.result().json()["images"][0]["url"]

        assert [plain_http.get(url).status_code for _ in range(2)] == [403, 200]


def test_a_reference_of_more_than_20_megabytes_is_refused(tmp_path: Path) -> None:
    heavy = base64.b64encode(png(8, 8) + b"\0" * (20 * 1024 * 1024)).decode()
    client = plain_http.client(headers=BFL, timeout=60)
    with running(tmp_path) as rig, client as http:
        made = http.post(f"{rig.server.url}/v1/flux-2-max", json={"prompt": "x", "input_image": heavy}).json()
        data = http.get(made["polling_url"]).json()

        assert (data["status"], data["error"]) == ("Error", "invalid_image")
