"""Images on their way to a file: broken off, missing, inside the response, and collected later."""

import base64
import json
import time
import zlib
from typing import Any

import pytest
from support.fal_stub import fal
from support.images import PNG
from support.shell import Shell
from support.stub import Say, Stub


def jobs(shell: Shell, *argv: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shell.run("jobs", "list", "--json", *argv).json
    return found


def test_an_image_that_breaks_off_is_asked_for_again(shell: Shell, stub: Stub) -> None:
    env = fal(stub)
    stub._rules = [rule for rule in stub._rules if "cdn" not in rule[1].pattern]
    stub.on("GET", "/cdn/.*", Say(body=PNG[:40], length=len(PNG)), Say(status=503), Say(body=PNG))

    ran = shell.run("flash", "fox", env=env)

    assert ran.code == 0, ran.err
    assert (shell.cwd / "fox-5.png").read_bytes() == PNG
    assert shell.files() == ["fox-5.png", "fox-5.png.json"]


def test_what_is_paid_for_and_not_saved_is_collected_later_without_a_second_post(shell: Shell, stub: Stub) -> None:
    env = fal(stub, image=Say(status=404))
    failed = shell.run("flash", "fox", "--json", env=env)
    stub._rules = [rule for rule in stub._rules if "cdn" not in rule[1].pattern]
    stub.on("GET", "/cdn/.*", Say(body=PNG))

    fetched = shell.run("jobs", "fetch", env=env)

    assert (failed.code, failed.json["error"]["code"]) == (8, "not_saved")
    assert f"`flux2 jobs fetch {failed.json['error']['job_id']}`" in failed.json["error"]["hint"]
    assert (fetched.code, fetched.out) == (0, "fox-5.png\n")
    assert len(stub.posts()) == 1
    assert jobs(shell)[0]["state"] == "saved"


def inline(stub: Stub, urls: list[str]) -> dict[str, str]:
    env = fal(stub)
    stub._rules = [rule for rule in stub._rules if "requests/r-1" not in rule[1].pattern]
    stub.on("GET", "/queue/.*/requests/r-1", Say(body={"images": [{"url": url} for url in urls], "seed": 5}))
    return env


def test_images_inside_the_reply_are_saved_like_any_other(shell: Shell, stub: Stub) -> None:
    text = "data:image/png;base64," + base64.b64encode(PNG).decode()

    ran = shell.run("flash", "fox", "--inline-result", env=inline(stub, [text, text]))

    assert ran.code == 0, ran.err
    assert sorted(p.name for p in shell.cwd.iterdir()) == [
        "fox-5-2.png", "fox-5-2.png.json", "fox-5.png", "fox-5.png.json"
    ]  # fmt: skip
    assert (shell.cwd / "fox-5-2.png").read_bytes() == PNG
    assert stub.posts()[0].json["sync_mode"] is True
    assert [seen.method for seen in stub.seen] == ["POST", "GET", "GET"]


def test_an_inline_image_larger_than_any_reply_is_saved(shell: Shell, stub: Stub) -> None:
    padding = b"\x00" * 40_000_000
    chunk = len(padding).to_bytes(4, "big") + b"teXt" + padding + zlib.crc32(b"teXt" + padding).to_bytes(4, "big")
    large = PNG[:33] + chunk + PNG[33:]

    ran = shell.run("flash", "fox", env=inline(stub, ["data:image/png;base64," + base64.b64encode(large).decode()]))

    assert ran.code == 0, ran.err
    assert (shell.cwd / "fox-5.png").read_bytes() == large


@pytest.mark.parametrize(
    "text", ["data:image/png;base64,!!!!", "data:image/png,raw", "data:", "data:text/html;base64,PGh0bWw+"]
)
def test_an_inline_image_that_is_none_is_not_saved(shell: Shell, stub: Stub, text: str) -> None:
    ran = shell.run("flash", "fox", "--json", env=inline(stub, [text]))

    assert (ran.code, ran.json["error"]["code"]) == (8, "not_saved")
    assert list(shell.cwd.iterdir()) == []


def sized(width: int, height: int) -> bytes:
    """A PNG whose header states this size."""
    header = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + PNG[24:29]
    return PNG[:12] + header + zlib.crc32(header).to_bytes(4, "big") + PNG[33:]


def test_a_size_in_a_header_that_no_image_has_makes_no_cost(shell: Shell, stub: Stub) -> None:
    ran = shell.run("pro", "fox", "--json", env=fal(stub, image=sized(2**31 - 1, 2**31 - 1)))
    spent = shell.run("cost", "--json").json

    assert ran.code == 0, ran.err
    assert (ran.json["cost"]["amount"], ran.json["cost"]["max"]) == ("0.03", "0.075")
    assert ran.json["images"][0]["width"] == 2_147_483_647
    assert spent["total"]["estimated"]["max"] == "0.075"


def test_a_size_that_a_provider_states_and_no_image_has_makes_no_cost(shell: Shell, stub: Stub) -> None:
    env = fal(stub, image=Say(status=404))
    images = [
        {"url": f"{stub.url}/ok.png"}, {"url": f"{stub.url}/cdn/a.png", "width": 10**15, "height": 10**15},
    ]  # fmt: skip
    stub.first("GET", "/queue/.*/requests/r-1", Say(body={"images": images, "seed": 5}))
    stub.first("GET", "/ok.png", Say(body=PNG))

    ran = shell.run("pro", "fox", env=env)

    assert ran.code == 8
    sidecar = json.loads((shell.cwd / "fox-5.png.json").read_text())
    assert (sidecar["cost"]["request_amount"], sidecar["cost"]["request_max"]) == ("0.045", "0.09")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("file:///etc/passwd", "its address is not one of http(s)"),
        ("ftp://x.example/a.png", "its address is not one of http(s)"),
        ("/cdn/a.png", "its address is not one of http(s)"),
        ("http://", "its address has no host"),
        ("http://[::1/a.png", "its address cannot be read"),
        ("http://127.0.0.1:99999/a.png", "its address cannot be read"),
    ],
)
def test_an_address_that_cannot_be_fetched_is_not_tried(shell: Shell, stub: Stub, address: str, said: str) -> None:
    env = fal(stub)
    stub.first("GET", "/queue/.*/requests/r-1", Say(body={"images": [{"url": address}], "seed": 5}))
    began = time.monotonic()

    ran = shell.run("flash", "fox", "-v", env=env)

    assert ran.code == 8
    assert f"could not be saved: {said}." in ran.err
    assert "download again" not in ran.err
    assert time.monotonic() - began < 5, "waits between tries of a download take 20 s"
    assert shell.files() == []
