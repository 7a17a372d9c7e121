"""`flux2 models`: what the catalogue knows, at any width and as JSON."""

from typing import Any

import pytest
from support.shell import Shell

from flux2cli.catalog import PARAMETERS
from flux2cli.core.request.describe import commands, parameters_of, routes_for
from flux2cli.providers.registry import routes


def test_every_command_and_provider_has_a_row(shell: Shell) -> None:
    ran = shell.run("models")

    rows = [line.split()[:2] for line in ran.out.splitlines()[1:] if not line.startswith(" ")]
    assert ran.code == 0
    assert rows == [list(pair) for pair in dict.fromkeys((r.command, r.provider) for r in ordered())]
    assert ran.err == "`flux2 models NAME` shows parameters, ranges and prices\n"


def ordered() -> list[Any]:
    return [route for name in commands() for route in routes_for(name)]


def test_the_list_at_60_columns(shell: Shell) -> None:
    lines = shell.run("models", env={"COLUMNS": "60"}).out.splitlines()

    assert lines[0] == "NAME      PROVIDER  MODES             USD A MEGAPIXEL"
    assert "flash     fal       text, edit        0.005" in lines
    assert "max       fal       text, edit        0.07, then 0.03" in lines
    assert "max       vtrix     text, edit        unknown" in lines
    assert max(map(len, lines)) <= 60


def test_the_list_at_120_columns_says_what_each_is_for(shell: Shell) -> None:
    lines = shell.run("models", env={"COLUMNS": "120"}).out.splitlines()

    assert 100 < max(map(len, lines)) <= 120
    assert lines[0].endswith("FOR")
    assert next(line for line in lines if line.startswith("flash")).endswith("distilled for price: the cheapest image")


@pytest.mark.parametrize("columns", [60, 120])
@pytest.mark.parametrize("name", commands())
def test_everything_about_one_fits(shell: Shell, name: str, columns: int) -> None:
    ran = shell.run("models", name, env={"COLUMNS": str(columns)})

    assert ran.code == 0
    # Only an address may be longer: broken, it could not be followed.
    assert all(len(line) <= columns or line.strip().startswith("https://") for line in ran.out.splitlines())
    for parameter in parameters_of(routes_for(name)):
        assert ", ".join(PARAMETERS[parameter].flags) in ran.out
    for route in routes_for(name):
        assert f"\n  {route.provider} {route.endpoint}" in ran.out
        assert route.price is None or route.price.source in ran.out


def test_ranges_defaults_providers_and_the_price_formula(shell: Shell) -> None:
    said = " ".join(shell.run("models", "max", env={"COLUMNS": "60"}).out.split())

    assert "Moderation: a higher number permits more. [1-5 (fal); 0-5 (vtrix and bfl); default 2]" in said
    assert "--webhook-secret-file FILE" in said
    assert "[vtrix and bfl only]" in said
    assert (
        "fal fal-ai/flux-2-max text: $0.07 for the first megapixel, $0.03 for each further one fields documented: "
        in said
    )
    assert "price documented, 2026-11-20: https://fal.ai/models/fal-ai/flux-2-max/llms.txt" in said
    assert "vtrix flux_2_max text, edit: price unknown there is no report of its use fields unproved: " in said
    assert "A megapixel is 1024 x 1024 pixels, rounded up per image." in said
    assert said.endswith("Unproved: documented, and without a report of its use.")


def test_all_as_json(shell: Shell) -> None:
    rows = shell.run("models", "--json").json

    assert len(rows) == len(routes())
    flash = next(row for row in rows if row["endpoint"] == "fal-ai/flux-2/flash/edit")
    assert flash == {
        "provider": "fal",
        "variant": "flash",
        "command": "flash",
        "endpoint": "fal-ai/flux-2/flash/edit",
        "aliases": [],
        "modes": ["edit"],
        "selectors": {},
        "references": {"min": 1, "max": 4, "warn": None},
        "price": {
            "currency": "USD",
            "first_megapixel": "0.005",
            "extra_megapixel": "0.005",
            "inputs": "one",
            "source": "https://fal.ai/models/fal-ai/flux-2/flash/edit/llms.txt",
            "verified_on": "2026-11-20",
            "most": "1",
            "confidence": "documented",
        },
        "source": "https://fal.ai/models/fal-ai/flux-2/flash/edit/api",
        "confidence": "documented",
        "note": "",
    }
    assert next(row for row in rows if row["provider"] == "vtrix")["price"] is None
    assert [row["endpoint"] for row in rows if row["confidence"] == "unproved"] == ["flux_2_pro", "flux_2_max"]
    assert next(row for row in rows if "9b-preview" in row["endpoint"])["note"] == "the model is klein 9B KV"


@pytest.mark.parametrize("name", commands())
def test_one_as_json_has_a_schema_of_every_endpoints_body(shell: Shell, name: str) -> None:
    rows = shell.run("models", name, "--json").json

    for row, route in zip(rows, routes_for(name), strict=True):
        sent = {wire for field in route.fields.values() if not field.query for wire in field.wires}
        assert sent <= set(row["schema"]["properties"])
        assert row["schema"]["type"] == "object"


def test_a_schema_has_the_ranges(shell: Shell) -> None:
    (text, *_) = shell.run("models", "dev", "--json").json

    steps = text["schema"]["properties"]["num_inference_steps"]
    assert (steps["minimum"], steps["maximum"], steps["default"]) == (4, 50, 28)
    assert text["schema"]["required"] == ["prompt"]


def test_an_unknown_name_as_json(shell: Shell) -> None:
    ran = shell.run("models", "maxx", "--json")

    assert (ran.code, ran.json["error"]["code"], ran.json["error"]["hint"]) == (2, "usage", "did you mean `max`?")


def test_another_name_of_an_endpoint_is_told(shell: Shell) -> None:
    shown, listed = shell.run("models", "klein"), shell.run("models", "klein", "--json")

    assert "also served as fal-ai/flux-2/klein/4b/distilled/edit" in shown.out
    assert {row["endpoint"]: row["aliases"] for row in listed.json if row["aliases"]} == {
        "fal-ai/flux-2/klein/4b": ["fal-ai/flux-2/klein/4b/distilled"],
        "fal-ai/flux-2/klein/4b/edit": ["fal-ai/flux-2/klein/4b/distilled/edit"],
    }
