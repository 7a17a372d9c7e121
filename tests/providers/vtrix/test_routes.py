"""Vtrix: what flags become, written from the model pages; seed document 002's parameter table row by row."""

import base64
from typing import Any

import pytest
from support.images import PNG
from support.numbered_images import FIELDS, FLAGS
from support.shell import Shell
from support.stub import Say, Stub

PERSON, JACKET = "https://example.com/person.png", "https://example.com/jacket.png"
SWAP = "put the jacket from image 2 on the person in image 1"
CREATED = Say(body={"id": "d3k8q2c1p9s0f4h7j6m5", "status": "in_progress", "model": "m", "created_at": 1795197000})
EIGHT_FLAGS = FLAGS[:16]


def keyed(stub: Stub) -> dict[str, str]:
    return {"FLUX2_VTRIX_URL": stub.url, "VTRIX_API_KEY": "vt-secret"}


# Seed document 002, table "Parameters": each row as flags, and as the params that go out.
TABLE: list[tuple[str, list[str], dict[str, Any]]] = [
    ("prompt", [], {}),
    ("input_image", ["-i", PERSON], {"input_image": PERSON}),
    ("input_image_2", ["-i", PERSON, "-i", JACKET], {"input_image": PERSON, "input_image_2": JACKET}),
    (
        "input_image_3 to input_image_8",
        EIGHT_FLAGS,
        FIELDS,
    ),
    ("seed", ["--seed", "7"], {"seed": 7}),
    ("width and height, the smallest", ["-s", "64x64"], {"width": 64, "height": 64}),
    ("width and height", ["-s", "1024x768"], {"width": 1024, "height": 768}),
    ("width and height by name", ["-s", "portrait_16_9"], {"width": 576, "height": 1024}),
    ("width and height left to the model", ["-s", "auto"], {}),
    ("safety_tolerance, the strictest", ["--safety-tolerance", "0"], {"safety_tolerance": 0}),
    ("safety_tolerance, the laxest", ["--safety-tolerance", "5"], {"safety_tolerance": 5}),
    ("output_format jpeg", ["--format", "jpeg"], {"output_format": "jpeg"}),
    ("output_format png", ["--format", "png"], {"output_format": "png"}),
    ("webhook_url", ["--webhook-url", "https://hook.example/done"], {"webhook_url": "https://hook.example/done"}),
    (
        "webhook_secret",
        ["--webhook-url", "https://hook.example/done", "--webhook-secret-file", "secret.txt"],
        {"webhook_url": "https://hook.example/done", "webhook_secret": "hush-hush"},
    ),
]


@pytest.mark.parametrize(("flags", "params"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_every_row_of_the_parameter_table(shell: Shell, stub: Stub, flags: list[str], params: dict[str, Any]) -> None:
    (shell.cwd / "secret.txt").write_text("hush-hush\n")
    stub.on("POST", ".*", CREATED)

    ran = shell.run("max", "a lighthouse at dusk", *flags, "-p", "vtrix", "--no-wait", env=keyed(stub))

    assert ran.code == 0, ran.err
    [sent] = stub.seen
    assert (sent.method, sent.path) == ("POST", "/model/v1/generation")
    assert sent.headers["authorization"] == "Bearer vt-secret"
    assert sent.headers["content-type"] == "application/json"
    assert sent.json == {"model": "flux_2_max", "input": [{"params": {"prompt": "a lighthouse at dusk", **params}}]}


OUTSIDE: list[tuple[list[str], str]] = [
    (["max", "x", "-s", "63x64"], "has a width below 64 pixels"),
    (["max", "x", "-s", "64x63"], "has a height below 64 pixels"),
    (["max", "x", "-s", "0x0"], "has a width below 64 pixels"),
    (["max", "x", "--safety-tolerance", "-1"], "is below 0, the lowest that flux_2_max takes"),
    (["max", "x", "--safety-tolerance", "6"], "is above 5, the highest that flux_2_max takes"),
    (["max", "x", "--safety-tolerance", "2.5"], "is not a whole number"),
    (["max", "x", "--format", "webp"], "one of: jpeg, png"),
    (["max", "x", "--seed", "seven"], "is not a whole number"),
    (["max", "x", *EIGHT_FLAGS, "-i", "https://a.example/9.png"], "9 `--image` were given: flux_2_max takes at most 8"),
    (["max", "x", "--webhook-url", "ftp://hook.example"], "is not an https:// URL"),
    (["max", "x", "--webhook-url", f"https://hook.example/{'x' * 2063}"], "is longer than 2083 characters"),
    (["max", "x", "--inline-result"], "its results always have an address"),
    (["max", "x", "--no-safety-checker"], "its moderation is set with --safety-tolerance"),
    (["pro", "x", "--safety-tolerance", "0"], "one of: 1, 2, 3, 4, 5, 6"),
    (["pro", "x", "--safety-tolerance", "7"], "one of: 1, 2, 3, 4, 5, 6"),
    (["pro", "x", "-s", "1024x752"], "has a height that is not a multiple of 32 pixels"),
    (["pro", "x", "-s", "1000x768"], "in steps of 32"),
    (["pro", "x", "-s", "32x64"], "has a width below 64 pixels"),
    (["pro", "x", "--webhook-url", "https://hook.example"], "this model has no webhooks there"),
    (["pro", "x", "--webhook-secret-file", "secret.txt"], "this model has no webhooks there"),
    (["pro", "x", *EIGHT_FLAGS, "-i", "https://a.example/9.png"], "takes at most 8"),
]


@pytest.mark.parametrize(("argv", "said"), OUTSIDE, ids=[" ".join(case[0])[:70] for case in OUTSIDE])
def test_just_outside_it_is_refused_and_nothing_is_sent(shell: Shell, argv: list[str], said: str) -> None:
    ran = shell.run(*argv, "-p", "vtrix", "--sandbox", "--json")

    assert ran.code == 2
    assert said in f"{ran.json['error']['message']} {ran.json['error']['hint']}"
    assert not shell.state.exists()


def test_the_example_with_two_references(shell: Shell, stub: Stub) -> None:
    stub.on("POST", ".*", CREATED)

    shell.run("max", SWAP, "-i", PERSON, "-i", JACKET, "--seed", "7", "-s", "1024x768", "--safety-tolerance", "2",
              "--format", "jpeg", "-p", "vtrix", "--no-wait", env=keyed(stub))  # fmt: skip

    assert stub.seen[0].json == {
        "model": "flux_2_max",
        "input": [
            {
                "params": {
                    "prompt": SWAP,
                    "input_image": PERSON,
                    "input_image_2": JACKET,
                    "seed": 7,
                    "width": 1024,
                    "height": 768,
                    "safety_tolerance": 2,
                    "output_format": "jpeg",
                }
            }
        ],
    }


def test_pro_has_a_schema_of_its_own(shell: Shell, stub: Stub) -> None:
    stub.on("POST", ".*", CREATED)

    shell.run("pro", "x", "-i", PERSON, "--seed", "7", "-s", "64x2048", "--safety-tolerance", "6", "--format", "png",
              "-p", "vtrix", "--no-wait", env=keyed(stub))  # fmt: skip

    assert stub.seen[0].json == {
        "model": "flux_2_pro",
        "input": [
            {
                "params": {
                    "prompt": "x",
                    "input_image": PERSON,
                    "seed": 7,
                    "width": 64,
                    "height": 2048,
                    "safety_tolerance": "6",
                    "output_format": "png",
                }
            }
        ],
    }


def test_an_unknown_field_goes_inside_the_wrapper_with_a_warning(shell: Shell) -> None:
    ran = shell.run("max", "x", "-p", "vtrix", "--param", 'style="ink"', "--dry-run", "--json")
    known = shell.run("max", "x", "-p", "vtrix", "--param", "height=64", "--dry-run", "--json")

    assert ran.json["body"]["input"] == [{"params": {"prompt": "x", "style": "ink"}}]
    assert ran.json["warnings"] == ["`style` is sent as given: it is not in the catalogue and was not checked"]
    assert known.json["error"]["hint"] == "use `--size`"


def test_a_dry_run_shows_vtrixs_own_address_and_an_unknown_price(shell: Shell) -> None:
    ran = shell.run("max", "x", "-p", "vtrix", "--dry-run", "--json")

    assert (ran.json["method"], ran.json["url"]) == ("POST", "https://cloud.vtrix.ai/model/v1/generation")
    assert ran.json["cost"]["amount"] is None


def test_the_setting_takes_the_wrapper_off(shell: Shell) -> None:
    (shell.cwd / "flux2.toml").write_text('[vtrix]\nbody = "flat"\n')

    ran = shell.run("max", "x", "--seed", "7", "-p", "vtrix", "--dry-run", "--json")

    assert ran.json["body"] == {"model": "flux_2_max", "prompt": "x", "seed": 7}


def test_a_local_image_is_sent_as_base64_in_its_place(shell: Shell, stub: Stub) -> None:
    (shell.cwd / "fox.png").write_bytes(PNG)
    stub.on("POST", ".*", CREATED)

    ran = shell.run("max", "x", "-i", "fox.png", "-i", PERSON, "-p", "vtrix", "--no-wait", env=keyed(stub))

    raw = base64.b64encode(PNG).decode()
    assert stub.seen[0].json["input"][0]["params"] == {"prompt": "x", "input_image": raw, "input_image_2": PERSON}
    assert "uploaded" not in ran.err
