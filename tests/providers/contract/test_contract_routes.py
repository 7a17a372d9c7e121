"""Every endpoint of every provider, the plug-in's included, from flags to a saved file, in the sandbox."""

import json

import pytest
from PIL import Image
from support.provider_contract import ROUTES
from support.shell import Shell

from flux2cli.catalog import Mode, Route


def walks() -> list[tuple[Route, Mode]]:
    """Each endpoint with what it does; those that do either, twice."""
    modes: tuple[Mode, ...] = ("text", "edit", "outpaint")
    return [(route, mode) for route in ROUTES for mode in modes if route.serves(mode)]


def command_line(route: Route, mode: Mode) -> list[str]:
    """Flags that lead to the endpoint, and to nothing but the endpoint."""
    argv = ["outpaint", "photo.png", "--left", "16"] if mode == "outpaint" else [route.variant, "a fox"]
    for name, value in route.selectors.items():
        if name == "lora":
            argv += ["--lora", "owner/ink:0.5"]
        elif value is True:
            argv += [f"--{name.replace('_', '-')}"]
        elif value:
            argv += [f"--{name}", str(value)]
    if mode == "edit":
        argv += ["-i", "photo.png"]
    if "seed" in route.fields:
        argv += ["--seed", "7", "-s", "640x512"]
    return [*argv, "-p", route.provider, "-o", "fox.png", "--sandbox", "--json"]


@pytest.mark.parametrize(("route", "mode"), walks(), ids=[f"{route.key} {mode}" for route, mode in walks()])
def test_flags_become_a_saved_file(shell: Shell, route: Route, mode: Mode) -> None:
    Image.new("RGB", (640, 512), "navy").save(shell.cwd / "photo.png")

    ran = shell.run(*command_line(route, mode))

    assert ran.code == 0, ran.err
    assert ran.json["endpoint"] == route.endpoint
    [image] = ran.json["images"]
    assert (image["width"], image["height"]) == ((656, 512) if mode == "outpaint" else (640, 512))
    record = json.loads((shell.cwd / "fox.png.json").read_text())
    assert (record["provider"], record["variant"], record["mode"]) == (route.provider, route.variant, mode)
    if mode != "outpaint":
        assert record["seed"] == 7


def test_three_providers_give_the_same_dimensions_seed_and_record(shell: Shell) -> None:
    records = []
    for provider in ("fal", "vtrix", "bfl"):
        ran = shell.run("max", "a fox", "-s", "1024x768", "--seed", "7", "-p", provider, "-o", f"{provider}.jpg",
                        "--sandbox")  # fmt: skip
        assert ran.code == 0, ran.err
        records.append(json.loads((shell.cwd / f"{provider}.jpg.json").read_text()))

    assert [(r["image"]["width"], r["image"]["height"], r["seed"]) for r in records] == [(1024, 768, 7)] * 3
    assert (
        len({json.dumps([sorted(r), sorted(r["image"]), sorted(r["cost"]), sorted(r["timings"])]) for r in records})
        == 1
    )
