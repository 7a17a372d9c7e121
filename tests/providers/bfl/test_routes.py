"""Black Forest Labs: what flags become, written from its schema, for every endpoint."""

import base64
from typing import Any

import pytest
from support.images import PNG
from support.numbered_images import FIELDS as SLOTS
from support.numbered_images import FLAGS as NINE
from support.sandbox_rig import opened, png
from support.shell import Shell
from support.stub import Say, Stub

PERSON, JACKET = "https://example.com/person.png", "https://example.com/jacket.png"
CREATED = Say(body={"id": "7b1d", "polling_url": "https://api.eu2.bfl.ai/v1/get_result?id=7b1d", "cost": 7.0})
EIGHT, FIVE = NINE[:16], NINE[:10]
PLAIN_FLAGS = ["-s", "1024x768", "--seed", "7", "--safety-tolerance", "5", "--format", "webp"]
PLAIN_BODY = {"width": 1024, "height": 768, "seed": 7, "safety_tolerance": 5, "output_format": "webp"}

CASES: list[tuple[list[str], str, dict[str, Any]]] = [
    (["max", "a lighthouse at dusk"], "flux-2-max", {"prompt": "a lighthouse at dusk"}),
    (
        ["max", "x", "-i", PERSON, "-i", JACKET, "--seed", "7", "-s", "1024x768", "--safety-tolerance", "2",
         "--format", "png"],
        "flux-2-max",
        {
            "prompt": "x",
            "input_image": PERSON,
            "input_image_2": JACKET,
            "seed": 7,
            "width": 1024,
            "height": 768,
            "safety_tolerance": 2,
            "output_format": "png",
        },
    ),
    (["max", "x", *EIGHT], "flux-2-max", {"prompt": "x", **SLOTS}),
    (["pro", "x", *PLAIN_FLAGS], "flux-2-pro", {"prompt": "x", **PLAIN_BODY}),
    (["pro", "x", "--preview-model", *PLAIN_FLAGS], "flux-2-pro-preview", {"prompt": "x", **PLAIN_BODY}),
    (["pro", "x", "--expand-prompt"], "flux-2-pro", {"prompt": "x", "disable_pup": False}),
    (["max", "x", "--no-expand-prompt"], "flux-2-max", {"prompt": "x", "disable_pup": True}),
    (
        ["pro", "x", "--transparent", "--format", "png"],
        "flux-2-pro",
        {"prompt": "x", "transparent_bg": True, "output_format": "png"},
    ),
    (
        ["flex", "x", *PLAIN_FLAGS, "--guidance", "1.5", "--steps", "1", "--no-expand-prompt", "-i", PERSON],
        "flux-2-flex",
        {
            "prompt": "x",
            **PLAIN_BODY,
            "guidance": 1.5,
            "steps": 1,
            "prompt_upsampling": False,
            "input_image": PERSON,
        },
    ),
    (
        ["flex", "x", "--guidance", "10", "--steps", "50", "--expand-prompt"],
        "flux-2-flex",
        {"prompt": "x", "guidance": 10, "steps": 50, "prompt_upsampling": True},
    ),
    (["klein", "x", *PLAIN_FLAGS], "flux-2-klein-4b", {"prompt": "x", **PLAIN_BODY}),
    (
        ["klein", "x", "--weights", "9b", *NINE[:8]],
        "flux-2-klein-9b",
        {"prompt": "x", **dict(list(SLOTS.items())[:4])},
    ),
    (
        ["klein", "x", "--weights", "9b", "--preview-model", "-s", "square"],
        "flux-2-klein-9b-preview",
        {"prompt": "x", "width": 512, "height": 512},
    ),
    (["pro", "x", "-s", "64x64", "--safety-tolerance", "0"], "flux-2-pro",
     {"prompt": "x", "width": 64, "height": 64, "safety_tolerance": 0}),
    (["pro", "x", "-s", "auto"], "flux-2-pro", {"prompt": "x"}),
    (["pro", "x", "-s", "landscape_16_9"], "flux-2-pro", {"prompt": "x", "width": 1024, "height": 576}),
    (["pro", "x", "-s", "1000x71"], "flux-2-pro", {"prompt": "x", "width": 1008, "height": 64}),
    (["pro", "x", "-s", "2048x2048"], "flux-2-pro", {"prompt": "x", "width": 2048, "height": 2048}),
    (["pro", "x", "-s", "2055x2041"], "flux-2-pro", {"prompt": "x", "width": 2048, "height": 2048}),
]  # fmt: skip


@pytest.mark.parametrize(("argv", "endpoint", "body"), CASES, ids=[" ".join(case[0])[:60] for case in CASES])
def test_flags_become_exactly_this_request(
    shell: Shell, stub: Stub, argv: list[str], endpoint: str, body: dict[str, Any]
) -> None:
    stub.on("POST", ".*", CREATED)

    ran = shell.run(*argv, "-p", "bfl", "--no-wait", env={"FLUX2_BFL_URL": stub.url, "BFL_API_KEY": "bfl-secret"})

    assert ran.code == 0, ran.err
    [sent] = stub.seen
    assert (sent.method, sent.path) == ("POST", f"/v1/{endpoint}")
    assert sent.json == body
    assert sent.headers["x-key"] == "bfl-secret"
    assert "authorization" not in sent.headers
    assert sent.headers["content-type"] == "application/json"
    assert "bfl-secret" not in ran.out + ran.err


def test_every_endpoint_of_the_catalogue_has_a_literal() -> None:
    from flux2cli.providers.registry import routes

    literal = {case[1] for case in CASES} | {"flux-tools/outpainting-v1"}
    assert literal == {route.endpoint for route in routes() if route.provider == "bfl"}


def encoded(image: bytes) -> str:
    return base64.b64encode(image).decode()


WIDE, TALL = png(600, 400), png(64, 2000)


@pytest.mark.parametrize(
    ("image", "flags", "body"),
    [
        (WIDE, ["--right", "40"], {"reference_offset_x": 0, "width": 640, "reference_offset_y": 0, "height": 400}),
        (
            WIDE,
            ["--left", "1", "--right", "2", "--top", "3", "--bottom", "4", "--mode", "fast", "--safety-tolerance", "0",
             "--format", "webp"],
            {
                "reference_offset_x": 1, "width": 603, "reference_offset_y": 3, "height": 407,
                "mode": "fast", "safety_tolerance": 0, "output_format": "webp",
            },
        ),
        (TALL, ["--bottom", "560"], {"reference_offset_x": 0, "width": 64, "reference_offset_y": 0, "height": 2560}),
    ],
)  # fmt: skip
def test_an_extended_image_is_sent_as_a_canvas_and_an_offset(
    shell: Shell, stub: Stub, image: bytes, flags: list[str], body: dict[str, Any]
) -> None:
    stub.on("POST", ".*", CREATED)
    (shell.cwd / "photo.png").write_bytes(image)
    environment = {"FLUX2_BFL_URL": stub.url, "BFL_API_KEY": "bfl-secret"}

    ran = shell.run("outpaint", "photo.png", *flags, "-p", "bfl", "--no-wait", env=environment)

    assert ran.code == 0, ran.err
    [sent] = stub.seen
    assert (sent.method, sent.path) == ("POST", "/v1/flux-tools/outpainting-v1")
    assert sent.json == {"input_image": encoded(image), **body}


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (
            ["--left", "20000"],
            "The extended image is 20600x400, and flux-tools/outpainting-v1 makes at most 4 megapixels.",
        ),
        (["--left", "-1"], "is below 0"),
        (
            ["--left", "1", "--auto-crop"],
            "`--auto-crop` is not taken by flux-tools/outpainting-v1: it crops an image that",
        ),
        (["--left", "1", "--webhook-url", "https://x.example/"], "they know no webhook"),
        (["--left", "1", "--seed", "1"], "--seed"),
        (["--left", "1", "--param", "width=9"], "`--param width` names a field that has a flag of its own."),
        ([], "There is nothing to extend."),
    ],
)
def test_an_extended_image_that_it_does_not_make(shell: Shell, argv: list[str], said: str) -> None:
    (shell.cwd / "photo.png").write_bytes(WIDE)

    ran = shell.run("outpaint", "photo.png", *argv, "-p", "bfl", "--sandbox")

    assert ran.code == 2
    assert said in ran.err
    assert not shell.state.exists()


def test_the_size_of_an_image_at_an_address_is_not_known(shell: Shell) -> None:
    ran = shell.run("outpaint", PERSON, "--left", "8", "-p", "bfl", "--sandbox")

    assert ran.code == 2
    assert ran.err == (
        "error: flux-tools/outpainting-v1 wants the size of the extended image, and that of an image at an address is"
        " not known.\nhint: download the image, and give the file\n"
    )


def test_a_transparent_background_needs_a_format_that_holds_one(shell: Shell) -> None:
    for flags in ([], ["--format", "jpeg"], ["-o", "logo.jpg"]):
        ran = shell.run("pro", "a logo", "--transparent", *flags, "-p", "bfl", "--sandbox")

        assert ran.code == 2
        assert "A transparent background needs a file format that can hold one." in ran.err
    assert shell.run("pro", "a logo", "--transparent", "-o", "logo.webp", "-p", "bfl", "--sandbox").code == 0
    assert opened((shell.cwd / "logo.webp").read_bytes()).mode == "RGBA"


OUTSIDE: list[tuple[list[str], str]] = [
    (["max", "x", *NINE], "9 `--image` were given: flux-2-max takes at most 8."),
    (["klein", "x", *FIVE], "5 `--image` were given: flux-2-klein-4b takes at most 4."),
    (["pro", "x", "-s", "63x64"], "has a width below 64 pixels"),
    (["pro", "x", "-s", "64x63"], "has a height below 64 pixels"),
    (["pro", "x", "-s", "2056x2048"], "is 4227072 pixels, more than the 4194304 that it makes"),
    (["pro", "x", "-s", "2056x2048"], "at most 4 megapixels"),
    (["pro", "x", "--safety-tolerance", "-1"], "below 0"),
    (["pro", "x", "--safety-tolerance", "6"], "above 5"),
    (["pro", "x", "--format", "gif"], "one of: jpeg, png, webp"),
    (["flex", "x", "--guidance", "1.4"], "below 1.5"),
    (["flex", "x", "--guidance", "10.1"], "above 10"),
    (["flex", "x", "--steps", "0"], "below 1"),
    (["flex", "x", "--steps", "51"], "above 50"),
    (["klein", "x", "--steps", "4"], "`--steps` is not taken by flux-2-klein-4b: its steps are fixed."),
    (["klein", "x", "--num", "2"], "it makes one image a request; use --seeds for several"),
    (["klein", "x", "--num", "2"], "klein on fal"),
    (["klein", "x", "--no-safety-checker"], "its moderation is set with --safety-tolerance"),
    (["klein", "x", "--lora", "a/b"], "`--lora` is at: fal (--provider)"),
    (["max", "x", "--inline-result"], "its results always have an address"),
]


@pytest.mark.parametrize(("argv", "said"), OUTSIDE, ids=[" ".join(case[0])[:70] for case in OUTSIDE])
def test_just_outside_it_is_refused_and_nothing_is_sent(shell: Shell, argv: list[str], said: str) -> None:
    ran = shell.run(*argv, "-p", "bfl", "--sandbox", "--json")

    assert ran.code == 2
    assert said in f"{ran.json['error']['message']} {ran.json['error']['hint']}"
    assert not shell.state.exists()


@pytest.mark.parametrize(
    ("size", "warning"),
    [
        ("1000x750", "1000x750 is sent as 1008x752: flux-2-pro makes multiples of 16"),
        ("2048x2048", "2048x2048 is more than 4000000 pixels; the provider may refuse it"),
    ],
)
def test_what_is_rounded_or_large_is_told(shell: Shell, size: str, warning: str) -> None:
    ran = shell.run("pro", "x", "-p", "bfl", "-s", size, "--dry-run", "--json")

    assert ran.json["warnings"] == [warning]


def test_on_fal_the_same_size_goes_out_as_it_was_given(shell: Shell) -> None:
    ran = shell.run("pro", "x", "-s", "1000x750", "--dry-run", "--json")

    assert ran.json["body"]["image_size"] == {"width": 1000, "height": 750}
    assert "not a multiple of 16" in ran.json["warnings"][0]


def test_a_dry_run_shows_its_own_address(shell: Shell) -> None:
    ran = shell.run("max", "x", "-p", "bfl", "--dry-run", "--json")

    assert (ran.json["method"], ran.json["url"]) == ("POST", "https://api.bfl.ai/v1/flux-2-max")
    assert ran.json["cost"]["amount"] == "0.07"


def test_a_local_image_is_sent_as_base64_in_its_place(shell: Shell, stub: Stub) -> None:
    stub.on("POST", ".*", CREATED)

    ran = shell.run("max", "x", "-i", PERSON, "-i", "-", "-p", "bfl", "--no-wait", stdin=PNG,
                    env={"FLUX2_BFL_URL": stub.url, "BFL_API_KEY": "k"})  # fmt: skip

    raw = base64.b64encode(PNG).decode()
    assert ran.code == 0, ran.err
    assert stub.seen[0].json == {"prompt": "x", "input_image": PERSON, "input_image_2": raw}
