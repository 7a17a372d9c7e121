"""What the emulator accepts and refuses. The accepted bodies are the published examples of each endpoint, literally."""

from pathlib import Path
from typing import Any

import pytest
from support.sandbox_rig import FLASH, FLASH_EDIT, MAX_EDIT, running

SAILOR = (
    "A cinematic portrait of a weathered sailor with white beard, golden hour lighting, dramatic shadows on face, "
    "shallow depth of field, photorealistic"
)
MAGAZINE = (
    "A high-fashion magazine cover featuring an android in an avant-garde geometric cloth dress, with logo prints "
    "from @Image1. The backdrop is an eye-catching scenery. The title text 'FAL MAGAZINE' spans the top in bold white "
    "serif font. Overlay text at the bottom right reads 'THE FUTURE OF AI' in a sleek, thin sans-serif font."
)
VASE = (
    "Change colors of the vase. In a cozy living room setting, visualize a gradient vase placed on a table, flowing "
    'from rich #6a0dad to soft #ff69b4. Add an artistic carving text with a big font on vase says "FLEX" in the middle.'
)
BURGER = "Remove the meat from the hamburger"
EXAMPLES = "https://storage.googleapis.com/falserverless"
MAX_INPUT = f"{EXAMPLES}/example_inputs/flux2/max.jpg"
FLEX_INPUT = f"{EXAMPLES}/example_inputs/flux2_flex_edit_input.png"
FLASH_INPUT = f"{EXAMPLES}/example_outputs/flux-2-flash-edit-input.png"

ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("fal-ai/flux-2", {"prompt": SAILOR}),
    (
        "fal-ai/flux-2",
        {
            "prompt": SAILOR,
            "guidance_scale": 2.5,
            "num_inference_steps": 28,
            "image_size": "landscape_4_3",
            "num_images": 1,
            "acceleration": "regular",
            "enable_safety_checker": True,
            "output_format": "png",
        },
    ),
    ("fal-ai/flux-2/flash", {"prompt": SAILOR}),
    (
        "fal-ai/flux-2/flash",
        {
            "prompt": SAILOR,
            "guidance_scale": 2.5,
            "image_size": "landscape_4_3",
            "num_images": 1,
            "enable_safety_checker": True,
            "output_format": "png",
        },
    ),
    ("fal-ai/flux-2/turbo", {"prompt": SAILOR}),
    (
        "fal-ai/flux-2/turbo",
        {
            "prompt": SAILOR,
            "guidance_scale": 2.5,
            "image_size": "landscape_4_3",
            "num_images": 1,
            "enable_safety_checker": True,
            "output_format": "png",
        },
    ),
    ("fal-ai/flux-2/flash/edit", {"prompt": BURGER, "image_urls": [FLASH_INPUT]}),
    (
        "fal-ai/flux-2/flash/edit",
        {
            "prompt": BURGER,
            "guidance_scale": 2.5,
            "image_size": "square_hd",
            "num_images": 1,
            "enable_safety_checker": True,
            "output_format": "png",
            "image_urls": [FLASH_INPUT],
        },
    ),
    ("fal-ai/flux-2-max/edit", {"prompt": MAGAZINE, "image_urls": [MAX_INPUT]}),
    (
        "fal-ai/flux-2-max/edit",
        {
            "prompt": MAGAZINE,
            "image_size": "auto",
            "safety_tolerance": "2",
            "enable_safety_checker": True,
            "output_format": "jpeg",
            "image_urls": [MAX_INPUT],
        },
    ),
    ("fal-ai/flux-2-flex/edit", {"prompt": VASE, "image_urls": [FLEX_INPUT]}),
    (
        "fal-ai/flux-2-flex/edit",
        {
            "prompt": VASE,
            "image_size": "auto",
            "safety_tolerance": "2",
            "enable_safety_checker": True,
            "output_format": "jpeg",
            "image_urls": [FLEX_INPUT],
            "guidance_scale": 3.5,
            "num_inference_steps": 28,
        },
    ),
    ("fal-ai/flux-2", {"prompt": "", "image_size": {"width": 512, "height": 2048}, "seed": None}),
    ("fal-ai/flux-2/flash", {"prompt": "x", "image_size": {}, "guidance_scale": 20, "num_images": 4}),
    ("fal-ai/flux-2-max", {"prompt": "x", "image_size": {"width": 1, "height": 1}, "seed": -1}),
    ("fal-ai/flux-2/flash/edit", {"prompt": "x", "image_urls": [FLASH_INPUT] * 6, "image_size": None}),
]


@pytest.mark.parametrize(("endpoint", "body"), ACCEPTED)
def test_published_examples_are_accepted_and_give_an_image(tmp_path: Path, endpoint: str, body: dict[str, Any]) -> None:
    with running(tmp_path) as rig:
        reply = rig.result(f"/queue/{endpoint}", body)

        assert reply.status_code == 200
        assert reply.json()["images"][0]["url"].startswith(rig.server.url)


def sized(width: object, height: object) -> dict[str, Any]:
    return {"prompt": "x", "image_size": {"width": width, "height": height}}


EDIT = {"prompt": "x", "image_urls": [FLASH_INPUT]}
REFUSED: list[tuple[str, Any, list[object], str]] = [
    (FLASH, {}, ["body", "prompt"], "missing"),
    (FLASH, {"prompt": 7}, ["body", "prompt"], "string_type"),
    (FLASH, {"prompt": None}, ["body", "prompt"], "string_type"),
    (FLASH, {"prompt": "x", "num_images": 0}, ["body", "num_images"], "greater_than_equal"),
    (FLASH, {"prompt": "x", "num_images": 5}, ["body", "num_images"], "less_than_equal"),
    (FLASH, {"prompt": "x", "num_images": "2"}, ["body", "num_images"], "int_type"),
    (FLASH, {"prompt": "x", "guidance_scale": -0.1}, ["body", "guidance_scale"], "greater_than_equal"),
    (FLASH, {"prompt": "x", "guidance_scale": 20.1}, ["body", "guidance_scale"], "less_than_equal"),
    (FLASH, {"prompt": "x", "seed": 1.5}, ["body", "seed"], "int_type"),
    (FLASH, {"prompt": "x", "output_format": "gif"}, ["body", "output_format"], "literal_error"),
    (FLASH, {"prompt": "x", "sync_mode": "yes"}, ["body", "sync_mode"], "bool_type"),
    (FLASH, sized(511, 512), ["body", "image_size", "ImageSize", "width"], "greater_than_equal"),
    (FLASH, sized(512, 2049), ["body", "image_size", "ImageSize", "height"], "less_than_equal"),
    (FLASH, sized("512", 512), ["body", "image_size", "ImageSize", "width"], "int_type"),
    (FLASH, {"prompt": "x", "image_size": "auto"}, ["body", "image_size", "ImageSize"], "model_type"),
    (FLASH_EDIT, {"prompt": "x"}, ["body", "image_urls"], "missing"),
    (FLASH_EDIT, {"prompt": "x", "image_urls": []}, ["body", "image_urls"], "too_short"),
    (FLASH_EDIT, {"prompt": "x", "image_urls": FLASH_INPUT}, ["body", "image_urls"], "list_type"),
    (FLASH_EDIT, {"prompt": "x", "image_urls": [1]}, ["body", "image_urls", 0], "string_type"),
    (
        FLASH_EDIT,
        {"prompt": "x", "image_urls": ["https://a.b/c", "photo.png"]},
        ["body", "image_urls", 1],
        "url_scheme",
    ),
    (MAX_EDIT, {**EDIT, "safety_tolerance": 2}, ["body", "safety_tolerance"], "literal_error"),
    (MAX_EDIT, {**EDIT, "safety_tolerance": "6"}, ["body", "safety_tolerance"], "literal_error"),
    (MAX_EDIT, {**EDIT, "output_format": "webp"}, ["body", "output_format"], "literal_error"),
    (
        "/queue/fal-ai/flux-2",
        {"prompt": "x", "num_inference_steps": 51},
        ["body", "num_inference_steps"],
        "less_than_equal",
    ),
    ("/queue/fal-ai/flux-2", {"prompt": "x", "acceleration": "max"}, ["body", "acceleration"], "literal_error"),
    (
        "/queue/fal-ai/flux-2-flex",
        {"prompt": "x", "guidance_scale": 1.4},
        ["body", "guidance_scale"],
        "greater_than_equal",
    ),
    (
        "/queue/fal-ai/flux-2-max",
        sized(14143, 1),
        ["body", "image_size", "ImageSize", "width"],
        "less_than_equal",
    ),
    (FLASH, ["a fox"], ["body"], "model_attributes_type"),
    (FLASH, "a fox", ["body"], "model_attributes_type"),
]


@pytest.mark.parametrize(("path", "body", "loc", "kind"), REFUSED)
def test_wrong_input_is_422_in_fals_shape(tmp_path: Path, path: str, body: Any, loc: list[object], kind: str) -> None:
    with running(tmp_path) as rig:
        reply = rig.http.post(path.replace("/queue", "/run"), json=body)

        detail = reply.json()["detail"]
        assert reply.status_code == 422
        assert (detail[0]["loc"], detail[0]["type"]) == (loc, kind)
        assert set(detail[0]) <= {"loc", "msg", "type", "ctx", "input", "url"}
        assert {"loc", "msg", "type", "input"} <= set(detail[0])
        assert reply.headers["x-fal-billable-units"] == "0"
        assert list((tmp_path / "jobs").iterdir()) == []


@pytest.mark.parametrize(("path", "body", "loc", "kind"), [case for case in REFUSED if isinstance(case[1], dict)])
def test_the_queue_takes_wrong_input_and_the_job_fails_with_it(
    tmp_path: Path, path: str, body: Any, loc: list[object], kind: str
) -> None:
    with running(tmp_path) as rig:
        made = rig.submit(path, body)
        status, result = rig.http.get(made["status_url"]).json(), rig.http.get(made["response_url"])

        detail = result.json()["detail"]
        assert (status["status"], status["error_type"]) == ("COMPLETED", "bad_request")
        assert (result.status_code, detail[0]["loc"], detail[0]["type"]) == (422, loc, kind)
        assert result.headers["x-fal-billable-units"] == "0"


def test_a_refusal_in_full(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        reply = rig.http.post("/run/fal-ai/flux-2/flash", json={"prompt": "x", "num_images": 9})

        assert reply.json() == {
            "detail": [
                {
                    "loc": ["body", "num_images"],
                    "msg": "Input should be less than or equal to 4",
                    "type": "less_than_equal",
                    "ctx": {"le": 4},
                    "input": 9,
                }
            ]
        }


def test_every_fault_of_the_input_is_told(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        reply = rig.http.post("/run/fal-ai/flux-2/flash", json={"num_images": 9, "seed": "x"})

        assert {item["loc"][1] for item in reply.json()["detail"]} == {"prompt", "num_images", "seed"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"", "missing"), (b"{", "json_invalid"), (b"\xff\xfe", "json_invalid"), (b"[" * 10**5, "json_invalid")],
)
def test_a_body_that_is_not_json_is_422(tmp_path: Path, content: bytes, kind: str) -> None:
    with running(tmp_path) as rig:
        reply = rig.http.post(FLASH, content=content, headers={"Content-Type": "application/json"})

        assert (reply.status_code, reply.json()["detail"][0]["type"]) == (422, kind)
