"""The seed documents' examples, typed as flags: what goes out is what they say, to the byte that matters."""

import json
from typing import Any

import pytest
from support.fal_stub import check_submit, fal
from support.shell import Shell
from support.stub import Stub

SAILOR = (
    "A cinematic portrait of a weathered sailor with white beard, golden hour lighting, dramatic shadows on face, "
    "shallow depth of field, photorealistic"
)
MAGAZINE = (
    "A high-fashion magazine cover featuring an android in an avant-garde geometric cloth dress, with logo prints from "
    "@Image1. The backdrop is an eye-catching scenery. The title text 'FAL MAGAZINE' spans the top in bold white serif "
    "font. Overlay text at the bottom right reads 'THE FUTURE OF AI' in a sleek, thin sans-serif font."
)
VASE = (
    "Change colors of the vase. In a cozy living room setting, visualize a gradient vase placed on a table, flowing "
    'from rich #6a0dad to soft #ff69b4. Add an artistic carving text with a big font on vase says "FLEX" in the middle.'
)
ANTS = (
    "An army of ants battles for a sugar cube in a giant sandbox, with tiny plastic soldier toys caught in the melee. "
    "Ant bodies shine against gritty beige sand and the glossy, crystalline cube."
)
TYPEWRITER = (
    "A realistic photograph of a vintage typewriter with a sheet of paper inserted that says 'Chapter One: The Journey "
    "Begins,' sunlight falling across the desk."
)
BURGER = "Remove the meat from the hamburger"
MAX_INPUT = "https://storage.googleapis.com/falserverless/example_inputs/flux2/max.jpg"
FLEX_INPUT = "https://storage.googleapis.com/falserverless/example_inputs/flux2_flex_edit_input.png"
FLASH_INPUT = "https://storage.googleapis.com/falserverless/example_outputs/flux-2-flash-edit-input.png"
DISTILLED_FLAGS = ["--guidance", "2.5", "-s", "landscape_4_3", "--num", "1", "--safety-checker", "--format", "png"]
DISTILLED_BODY = {
    "guidance_scale": 2.5,
    "image_size": "landscape_4_3",
    "num_images": 1,
    "enable_safety_checker": True,
    "output_format": "png",
}
CLOSED_FLAGS = ["-s", "auto", "--safety-tolerance", "2", "--safety-checker", "--format", "jpeg"]
CLOSED_BODY = {
    "image_size": "auto",
    "safety_tolerance": "2",
    "enable_safety_checker": True,
    "output_format": "jpeg",
}

CASES: list[tuple[str, list[str], str, dict[str, Any]]] = [
    ("dev required", ["dev", SAILOR], "fal-ai/flux-2", {"prompt": SAILOR}),
    (
        "dev full",
        ["dev", SAILOR, *DISTILLED_FLAGS, "--steps", "28", "--acceleration", "regular"],
        "fal-ai/flux-2",
        {"prompt": SAILOR, **DISTILLED_BODY, "num_inference_steps": 28, "acceleration": "regular"},
    ),
    ("flash required", ["flash", SAILOR], "fal-ai/flux-2/flash", {"prompt": SAILOR}),
    ("flash curl sample", ["flash", ANTS], "fal-ai/flux-2/flash", {"prompt": ANTS}),
    ("flash full", ["flash", SAILOR, *DISTILLED_FLAGS], "fal-ai/flux-2/flash", {"prompt": SAILOR, **DISTILLED_BODY}),
    ("turbo required", ["turbo", SAILOR], "fal-ai/flux-2/turbo", {"prompt": SAILOR}),
    ("turbo curl sample", ["turbo", TYPEWRITER], "fal-ai/flux-2/turbo", {"prompt": TYPEWRITER}),
    ("turbo full", ["turbo", SAILOR, *DISTILLED_FLAGS], "fal-ai/flux-2/turbo", {"prompt": SAILOR, **DISTILLED_BODY}),
    (
        "flash edit required",
        ["flash", BURGER, "-i", FLASH_INPUT],
        "fal-ai/flux-2/flash/edit",
        {"prompt": BURGER, "image_urls": [FLASH_INPUT]},
    ),
    (
        "flash edit full",
        ["flash", BURGER, "-i", FLASH_INPUT, *DISTILLED_FLAGS, "-s", "square_hd"],
        "fal-ai/flux-2/flash/edit",
        {"prompt": BURGER, **DISTILLED_BODY, "image_size": "square_hd", "image_urls": [FLASH_INPUT]},
    ),
    (
        "max edit required",
        ["max", MAGAZINE, "-i", MAX_INPUT],
        "fal-ai/flux-2-max/edit",
        {"prompt": MAGAZINE, "image_urls": [MAX_INPUT]},
    ),
    (
        "max edit full",
        ["max", MAGAZINE, "-i", MAX_INPUT, *CLOSED_FLAGS],
        "fal-ai/flux-2-max/edit",
        {"prompt": MAGAZINE, **CLOSED_BODY, "image_urls": [MAX_INPUT]},
    ),
    (
        "flex edit required",
        ["flex", VASE, "-i", FLEX_INPUT],
        "fal-ai/flux-2-flex/edit",
        {"prompt": VASE, "image_urls": [FLEX_INPUT]},
    ),
    (
        "flex edit full",
        ["flex", VASE, "-i", FLEX_INPUT, *CLOSED_FLAGS, "--guidance", "3.5", "--steps", "28"],
        "fal-ai/flux-2-flex/edit",
        {
            "prompt": VASE,
            **CLOSED_BODY,
            "image_urls": [FLEX_INPUT],
            "guidance_scale": 3.5,
            "num_inference_steps": 28,
        },
    ),
    ("max text", ["max", SAILOR], "fal-ai/flux-2-max", {"prompt": SAILOR}),
    (
        "flex text, all flags",
        ["flex", SAILOR, "-s", "1024x768", "--seed", "7", "--safety-tolerance", "5", "--no-safety-checker",
         "--format", "png", "--inline-result", "--guidance", "1.5", "--steps", "50"],
        "fal-ai/flux-2-flex",
        {
            "prompt": SAILOR,
            "image_size": {"width": 1024, "height": 768},
            "seed": 7,
            "safety_tolerance": "5",
            "enable_safety_checker": False,
            "output_format": "png",
            "sync_mode": True,
            "guidance_scale": 1.5,
            "num_inference_steps": 50,
        },
    ),
    (
        "references in order, expansion on",
        ["flash", "x", "-i", "https://a.example/1.png", "--image", "https://a.example/2.png", "--expand-prompt"],
        "fal-ai/flux-2/flash/edit",
        {
            "prompt": "x",
            "image_urls": ["https://a.example/1.png", "https://a.example/2.png"],
            "enable_prompt_expansion": True,
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("argv", "endpoint", "body"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_flags_become_exactly_this_request(
    shell: Shell, stub: Stub, argv: list[str], endpoint: str, body: dict[str, Any]
) -> None:
    check_submit(shell, stub, argv, endpoint, body)


@pytest.mark.parametrize(("argv", "endpoint", "body"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_dry_run_shows_the_same_request_at_fals_own_address(
    shell: Shell, argv: list[str], endpoint: str, body: dict[str, Any]
) -> None:
    ran = shell.run(*argv, "--dry-run", "--json")

    assert ran.code == 0
    assert ran.json["method"] == "POST"
    assert ran.json["url"] == f"https://queue.fal.run/{endpoint}"
    assert ran.json["body"] == body
    assert not shell.state.exists(), "a dry run records nothing"


@pytest.mark.parametrize(("stated", "seed"), [(7.0, 7), ("7", 7), (7, 7), (True, None), ("seven", None)])
def test_the_seed_of_a_result_is_recorded_as_a_number(shell: Shell, stub: Stub, stated: Any, seed: int | None) -> None:
    ran = shell.run("flash", "a fox", "-o", "fox.png", "--json", env=fal(stub, seed=stated))

    assert ran.code == 0, ran.err
    assert json.dumps(ran.json["seed"]) == json.dumps(seed), "7, not 7.0"
    assert json.dumps(json.loads((shell.cwd / "fox.png.json").read_text())["seed"]) == json.dumps(seed)
    shown = shell.run("jobs", "show", ran.json["job_id"], "--json").json
    assert json.dumps(shown["result"]["seed"]) == json.dumps(seed)
