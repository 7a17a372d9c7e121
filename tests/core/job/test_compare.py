"""What came is not what was asked: a warning by default, exit 12 under --strict, the files kept either way."""

import io
import json
from typing import Any

import pytest
from PIL import Image
from support.fal_stub import fal
from support.shell import Shell
from support.stub import Say, Stub


def drawn(size: tuple[int, int] = (512, 512), kind: str = "PNG", color: str | None = None) -> bytes:
    image = Image.effect_noise(size, 80) if color is None else Image.new("RGB", size, color)
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


CASES: list[tuple[list[str], bytes, dict[str, Any], str]] = [
    (["-s", "1024x512"], drawn((1024, 496)), {}, "the image came as 1024x496, not 1024x512"),
    (["-s", "square_hd"], drawn((512, 512)), {}, "the image came as 512x512, not 1024x1024"),
    (["--format", "webp"], drawn(), {}, "the image came as png, not webp"),
    (["--num", "2"], drawn(), {}, "2 images were asked for and 1 came"),
    ([], drawn(), {"has_nsfw_concepts": [True]}, "the provider's safety checker flagged the image"),
    ([], drawn(color="black"), {}, "the image is blank"),
]


def answer(stub: Stub, data: bytes, extra: dict[str, Any]) -> dict[str, str]:
    env = fal(stub, image=data)
    body = {"images": [{"url": f"{stub.url}/cdn/a.png"}], "seed": 5, **extra}
    stub.first("GET", "/queue/.*/requests/r-1", Say(body=body))
    return env


@pytest.mark.parametrize(("argv", "data", "extra", "said"), CASES, ids=[case[3] for case in CASES])
def test_by_default_it_is_a_warning(
    shell: Shell, stub: Stub, argv: list[str], data: bytes, extra: dict[str, Any], said: str
) -> None:
    ran = shell.run("flash", "fox", *argv, env=answer(stub, data, extra))

    assert (ran.code, ran.out) == (0, "fox-5.png\n")
    assert f"warning: {said}" in ran.err
    assert said in json.loads((shell.cwd / "fox-5.png.json").read_text())["warnings"][0]


@pytest.mark.parametrize(("argv", "data", "extra", "said"), CASES, ids=[case[3] for case in CASES])
def test_under_strict_it_is_exit_12_and_the_files_are_kept(
    shell: Shell, stub: Stub, argv: list[str], data: bytes, extra: dict[str, Any], said: str
) -> None:
    ran = shell.run("flash", "fox", *argv, "--strict", "--json", env=answer(stub, data, extra))

    assert (ran.code, ran.json["error"]["code"]) == (12, "not_as_asked")
    assert said in ran.json["error"]["message"]
    assert shell.files() == ["fox-5.png", "fox-5.png.json"]
    assert shell.run("jobs", "list", "--json").json[0]["state"] == "saved"


def test_what_came_as_asked_passes_strict(shell: Shell, stub: Stub) -> None:
    argv = ["-s", "512x512", "--format", "png", "--num", "1", "--strict"]

    ran = shell.run("flash", "fox", *argv, env=answer(stub, drawn(), {"has_nsfw_concepts": [False]}))

    assert (ran.code, ran.out) == (0, "fox-5.png\n")


def test_a_plain_colour_that_is_large_is_seen_only_under_strict(shell: Shell, stub: Stub) -> None:
    padded = drawn((64, 64), color="white")
    env = answer(stub, padded, {})

    assert "blank" not in shell.run("flash", "fox", env=env).err
    assert shell.run("flash", "fox", "--strict", env=env).code == 12


def test_the_sandboxs_black_image_is_recognised(shell: Shell) -> None:
    ran = shell.run("flash", "fox", "--sandbox", "--strict", "--json", env={"FLUX2_SANDBOX_FAULT": "black"})

    assert ran.code == 12
    assert "is blank" in ran.json["error"]["message"]
    assert "flagged" in ran.json["error"]["message"]


def test_an_explicit_name_is_kept_though_the_bytes_are_of_another_kind(shell: Shell, stub: Stub) -> None:
    ran = shell.run("flash", "fox", "-o", "fox.webp", env=answer(stub, drawn(), {}))

    assert (ran.code, shell.files()) == (0, ["fox.webp", "fox.webp.json"])
    assert "the image came as png, not webp" in ran.err


@pytest.mark.parametrize(("flags", "code"), [((), 12), (("--auto-crop",), 0)])
def test_a_canvas_that_came_smaller(shell: Shell, stub: Stub, flags: tuple[str, ...], code: int) -> None:
    (shell.cwd / "photo.png").write_bytes(drawn((256, 256)))
    env = answer(stub, drawn((300, 256)), {})
    stub.first("POST", "/rest/.*", _upload(stub))
    stub.first("PUT", "/cdn/.*", Say(body={}))

    ran = shell.run("outpaint", "photo.png", "--left", "128", "--strict", *flags, env=env)

    assert ran.code == code, ran.err
    assert ("the image came as 300x256, not 384x256" in ran.err) == (code == 12)


def _upload(stub: Stub) -> Say:
    return Say(body={"upload_url": f"{stub.url}/cdn/up", "file_url": f"{stub.url}/cdn/photo.png"})
