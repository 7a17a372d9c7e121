"""The rest of fal's family, typed as flags: which endpoint is chosen, and exactly what it is sent."""

from typing import Any

import pytest
from support.fal_stub import check_submit
from support.shell import Shell
from support.stub import Stub

A, B = "https://a.example/1.png", "https://a.example/2.png"
OPEN_FLAGS = ["-s", "square_hd", "--seed", "7", "--num", "2", "--no-safety-checker", "--format", "webp"]
OPEN_BODY = {
    "image_size": "square_hd",
    "seed": 7,
    "num_images": 2,
    "enable_safety_checker": False,
    "output_format": "webp",
}
TUNED_FLAGS = ["--guidance", "4", "--steps", "30", "--acceleration", "none"]
TUNED_BODY = {"guidance_scale": 4, "num_inference_steps": 30, "acceleration": "none"}
STEPS_FLAGS, STEPS_BODY = ["--steps", "8"], {"num_inference_steps": 8}
BASE_FLAGS = ["--base", "--guidance", "4", "--steps", "50", "--acceleration", "high", "--negative-prompt", "blur"]
BASE_BODY = {
    "guidance_scale": 4,
    "num_inference_steps": 50,
    "acceleration": "high",
    "negative_prompt": "blur",
}
LORA_FLAGS = ["--lora", "owner/ink:0.8", "--lora", "https://host.example:8443/b.safetensors"]
LORA_BODY = {
    "loras": [{"path": "owner/ink", "scale": 0.8}, {"path": "https://host.example:8443/b.safetensors"}],
}
CLOSED_FLAGS = ["-s", "1024x768", "--seed", "7", "--safety-tolerance", "5", "--format", "png", "--inline-result"]
CLOSED_BODY = {
    "image_size": {"width": 1024, "height": 768},
    "seed": 7,
    "safety_tolerance": "5",
    "output_format": "png",
    "sync_mode": True,
}
EDIT_FLAGS, EDIT_BODY = ["-i", A, "-i", B], {"image_urls": [A, B]}

CASES: list[tuple[list[str], str, dict[str, Any]]] = [
    (
        ["dev", "x", *EDIT_FLAGS, *OPEN_FLAGS, *TUNED_FLAGS, "--expand-prompt"],
        "fal-ai/flux-2/edit",
        {"prompt": "x", **EDIT_BODY, **OPEN_BODY, **TUNED_BODY, "enable_prompt_expansion": True},
    ),
    (["dev", "x", "--lora", "owner/ink"], "fal-ai/flux-2/lora", {"prompt": "x", "loras": [{"path": "owner/ink"}]}),
    (
        ["dev", "x", *LORA_FLAGS, *OPEN_FLAGS, *TUNED_FLAGS],
        "fal-ai/flux-2/lora",
        {"prompt": "x", **LORA_BODY, **OPEN_BODY, **TUNED_BODY},
    ),
    (
        ["dev", "x", *LORA_FLAGS, *EDIT_FLAGS],
        "fal-ai/flux-2/lora/edit",
        {"prompt": "x", **LORA_BODY, **EDIT_BODY},
    ),
    (
        ["turbo", "x", *EDIT_FLAGS, *OPEN_FLAGS, "--guidance", "20", "--no-expand-prompt"],
        "fal-ai/flux-2/turbo/edit",
        {"prompt": "x", **EDIT_BODY, **OPEN_BODY, "guidance_scale": 20, "enable_prompt_expansion": False},
    ),
    (["pro", "x", *CLOSED_FLAGS], "fal-ai/flux-2-pro", {"prompt": "x", **CLOSED_BODY}),
    (
        ["pro", "x", *CLOSED_FLAGS, *EDIT_FLAGS],
        "fal-ai/flux-2-pro/edit",
        {"prompt": "x", **CLOSED_BODY, **EDIT_BODY},
    ),
    (["outpaint", A, "--left", "256"], "fal-ai/flux-2-pro/outpaint", {"image_url": A, "expand_left": 256}),
    (
        ["outpaint", A, "--left", "1", "--right", "2", "--top", "3", "--bottom", "2048", "--auto-crop",
         "--mode", "fast", "--format", "png", "--no-safety-checker", "--inline-result"],
        "fal-ai/flux-2-pro/outpaint",
        {
            "image_url": A,
            "expand_left": 1,
            "expand_right": 2,
            "expand_top": 3,
            "expand_bottom": 2048,
            "auto_crop": True,
            "mode": "fast",
            "output_format": "png",
            "enable_safety_checker": False,
            "sync_mode": True,
        },
    ),
    (["max", "x", *CLOSED_FLAGS], "fal-ai/flux-2-max", {"prompt": "x", **CLOSED_BODY}),
    (["klein", "x"], "fal-ai/flux-2/klein/4b", {"prompt": "x"}),
    (["klein", "x", "--weights", "4b", *OPEN_FLAGS, *STEPS_FLAGS], "fal-ai/flux-2/klein/4b",
     {"prompt": "x", **OPEN_BODY, **STEPS_BODY}),
    (["klein", "x", *EDIT_FLAGS, *STEPS_FLAGS], "fal-ai/flux-2/klein/4b/edit",
     {"prompt": "x", **EDIT_BODY, **STEPS_BODY}),
    (["klein", "x", *LORA_FLAGS], "fal-ai/flux-2/klein/4b/lora", {"prompt": "x", **LORA_BODY}),
    (["klein", "x", *LORA_FLAGS, *EDIT_FLAGS], "fal-ai/flux-2/klein/4b/edit/lora",
     {"prompt": "x", **LORA_BODY, **EDIT_BODY}),
    (["klein", "x", *BASE_FLAGS, *OPEN_FLAGS], "fal-ai/flux-2/klein/4b/base",
     {"prompt": "x", **BASE_BODY, **OPEN_BODY}),
    (["klein", "x", *BASE_FLAGS, *EDIT_FLAGS], "fal-ai/flux-2/klein/4b/base/edit",
     {"prompt": "x", **BASE_BODY, **EDIT_BODY}),
    (["klein", "x", *BASE_FLAGS, *LORA_FLAGS], "fal-ai/flux-2/klein/4b/base/lora",
     {"prompt": "x", **BASE_BODY, **LORA_BODY}),
    (["klein", "x", *BASE_FLAGS, *LORA_FLAGS, *EDIT_FLAGS], "fal-ai/flux-2/klein/4b/base/edit/lora",
     {"prompt": "x", **BASE_BODY, **LORA_BODY, **EDIT_BODY}),
    (["klein", "x", "--weights", "9b", "-s", "1x14142"], "fal-ai/flux-2/klein/9b",
     {"prompt": "x", "image_size": {"width": 1, "height": 14142}}),
    (["klein", "x", "--weights", "9b", *EDIT_FLAGS], "fal-ai/flux-2/klein/9b/edit", {"prompt": "x", **EDIT_BODY}),
    (["klein", "x", "--weights", "9b", *LORA_FLAGS], "fal-ai/flux-2/klein/9b/lora", {"prompt": "x", **LORA_BODY}),
    (["klein", "x", "--weights", "9b", *LORA_FLAGS, *EDIT_FLAGS], "fal-ai/flux-2/klein/9b/edit/lora",
     {"prompt": "x", **LORA_BODY, **EDIT_BODY}),
    (["klein", "x", "--weights", "9b", "--base"], "fal-ai/flux-2/klein/9b/base", {"prompt": "x"}),
    (["klein", "x", "--weights", "9b", "--base", *EDIT_FLAGS], "fal-ai/flux-2/klein/9b/base/edit",
     {"prompt": "x", **EDIT_BODY}),
    (["klein", "x", "--weights", "9b", "--base", *LORA_FLAGS], "fal-ai/flux-2/klein/9b/base/lora",
     {"prompt": "x", **LORA_BODY}),
    (["klein", "x", "--weights", "9b", "--base", *LORA_FLAGS, *EDIT_FLAGS], "fal-ai/flux-2/klein/9b/base/edit/lora",
     {"prompt": "x", **LORA_BODY, **EDIT_BODY}),
]  # fmt: skip

ENDPOINTS = [
    "fal-ai/flux-2",
    "fal-ai/flux-2-flex",
    "fal-ai/flux-2-flex/edit",
    "fal-ai/flux-2-max/edit",
    "fal-ai/flux-2/flash",
    "fal-ai/flux-2/flash/edit",
    "fal-ai/flux-2/turbo",
]
"""Those that the seed documents describe; their literals are in `test_api`."""


@pytest.mark.parametrize(("argv", "endpoint", "body"), CASES, ids=[" ".join(case[0])[:60] for case in CASES])
def test_flags_become_exactly_this_request(
    shell: Shell, stub: Stub, argv: list[str], endpoint: str, body: dict[str, Any]
) -> None:
    check_submit(shell, stub, argv, endpoint, body)


def test_every_endpoint_of_the_catalogue_has_a_literal() -> None:
    from flux2cli.providers.registry import routes

    assert sorted({case[1] for case in CASES} | set(ENDPOINTS)) == sorted(
        route.endpoint for route in routes() if route.provider == "fal"
    )


@pytest.mark.parametrize(
    ("text", "lora"),
    [
        ("owner/ink", {"path": "owner/ink"}),
        ("owner/ink:0", {"path": "owner/ink", "scale": 0}),
        ("owner/ink:4", {"path": "owner/ink", "scale": 4}),
        ("owner/ink:.5", {"path": "owner/ink", "scale": 0.5}),
        ("owner/ink:nan", {"path": "owner/ink:nan"}),
        ("https://a.example/i.safetensors", {"path": "https://a.example/i.safetensors"}),
        ("https://a.example:8080/i.safetensors:1.5", {"path": "https://a.example:8080/i.safetensors", "scale": 1.5}),
    ],
)
def test_a_lora_is_split_only_before_a_scale(shell: Shell, text: str, lora: dict[str, Any]) -> None:
    ran = shell.run("dev", "x", "--lora", text, "--dry-run", "--json")

    assert ran.json["body"]["loras"] == [lora]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["klein", "x", "--weights", "7b"], "There is no `klein --weights 7b` at `fal`."),
        (["klein", "x", "--preview-model"], "`--preview-model` is at: bfl (--provider)"),
        (["klein", "x", "-p", "bfl", "--base"], "at bfl there is: --weights 4b; --weights 9b;"),
        (["klein", "x", "-p", "bfl", "--weights", "4b", "--preview-model"], "--weights 9b --preview-model"),
        (["klein", "x", "-p", "vtrix"], "`klein` is not available at `vtrix`."),
        (["klein", "x", "-p", "vtrix"], "it is at: bfl, fal (--provider)"),
        (["dev", "x", "-p", "bfl"], "`dev` is not available at `bfl`."),
        (["pro", "x", "-p", "vtrix", "--preview-model"], "`--preview-model` is at: bfl (--provider)"),
        (["outpaint", A, "--left", "1", "-p", "vtrix"], "`outpaint` is not available at `vtrix`."),
        (["outpaint", A], "There is nothing to extend."),
        (["outpaint", A, "--left", "0"], "There is nothing to extend."),
        (["outpaint"], "IMAGE"),
        (["klein", "x", "--guidance", "2"], "it works with: "),
        (["klein", "x", "--guidance", "2"], "klein --base on fal"),
        (["klein", "x", "--negative-prompt", "blur"], "only klein's base models follow one (--base)"),
        (["dev", "x", *["--lora", "a/b"] * 4], "4 `--lora` were given: fal-ai/flux-2/lora takes at most 3."),
        (["dev", "x", "--lora", ""], "`--lora` is empty"),
        (["dev", "x", "--lora", "owner/ink:"], "has no scale behind its `:`"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(shell: Shell, argv: list[str], said: str) -> None:
    ran = shell.run(*argv, "--sandbox", "--json")

    assert ran.code == 2
    assert said in f"{ran.json['error']['message']} {ran.json['error']['hint']}"
    assert not shell.state.exists()


def test_the_one_preview_that_there_is_needs_no_weights(shell: Shell) -> None:
    ran = shell.run("klein", "x", "-p", "bfl", "--preview-model", "--dry-run", "--json")

    assert ran.json["endpoint"] == "flux-2-klein-9b-preview"
