"""`flux2 doctor --prices`: what it asks, what it says of each answer, and when it stops asking."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from support.shell import Shell
from support.stub import Say, Seen, Stub

from flux2cli.providers.registry import routes

KEYS = {"FAL_KEY": "fal-s3cret:x", "BFL_API_KEY": "bfl-s3cret"}
PRICING = r"/api/v1/models/pricing\?.*"
FAL = [route for route in routes() if route.provider == "fal"]
PRICED = [route for route in FAL if route.price is not None]
BFL_MODELS = [route for route in routes() if route.provider == "bfl" and route.mode != "outpaint"]
NOT_FOUND = Say(status=404, body={"error": {"type": "not_found", "message": "Endpoint not found"}})


def at(stub: Stub) -> dict[str, str]:
    return {**KEYS, "FLUX2_FAL_URL": stub.url, "FLUX2_BFL_URL": stub.url}


def asked(seen: Seen) -> list[str]:
    return [part.removeprefix("endpoint_id=") for part in seen.path.partition("?")[2].split("&")]


def fal_says(changes: Mapping[str, Any] | None = None, *, unknown: tuple[str, ...] = ()) -> Any:
    """fal's answers: the catalogue's prices but for the changes; an unknown endpoint makes all of it a 404."""

    def answer(seen: Seen) -> Say:
        names = asked(seen)
        if set(names) & set(unknown):
            return NOT_FOUND
        rows = [
            {"endpoint_id": r.endpoint, "unit_price": float(r.price.first), "unit": "megapixels", "currency": "USD"}
            for r in PRICED if r.endpoint in names and r.price is not None
        ]  # fmt: skip
        rows += [{"endpoint_id": name} for name in names if name not in {row["endpoint_id"] for row in rows}]
        changed = [{**row, **(changes or {}).get(str(row["endpoint_id"]), {})} for row in rows]
        return Say(body={"prices": [row for row in changed if "unit_price" in row], "next_cursor": None})

    return answer


def bfl_says(seen: Seen) -> Say:
    body = seen.json
    price = next(r.price for r in BFL_MODELS if r.endpoint == body["model"])
    assert price is not None
    total = body["width"] * body["height"] // 2**20 + len(body.get("input_images", ()))
    return Say(body={"cost": float(price.first + price.extra * (total - 1)) * 100})


def lines(shell: Shell, stub: Stub) -> tuple[int, list[tuple[str, str, str]]]:
    ran = shell.run("doctor", "--prices", "--json", env=at(stub))
    assert "s3cret" not in ran.out + ran.err
    assert ran.err == ""
    return ran.code, [(check["name"], check["status"], check["message"]) for check in ran.json["checks"]]


def test_prices_as_in_the_catalogue_are_counted(shell: Shell, stub: Stub) -> None:
    unpriced = [route.endpoint for route in FAL if route.price is None]
    stub.on("GET", PRICING, fal_says())
    stub.on("POST", "/v1/pricing", bfl_says)

    code, found = lines(shell, stub)

    assert code == 0
    assert found == [
        ("fal prices", "ok", f"{len(PRICED)} as in the catalogue"),
        *([("fal prices", "warning", f"none stated for: {', '.join(unpriced)}")] if unpriced else []),
        ("bfl prices", "ok", f"{3 * len(BFL_MODELS)} as in the catalogue"),
    ]
    assert {seen.headers.get("authorization") or seen.headers["x-key"] for seen in stub.seen} == {
        "Key fal-s3cret:x", "bfl-s3cret",
    }  # fmt: skip
    assert {seen.path.partition("?")[0] for seen in stub.seen} == {"/api/v1/models/pricing", "/v1/pricing"}


def test_a_price_that_differs_is_named_and_the_exit_code_is_1(shell: Shell, stub: Stub) -> None:
    stub.on("GET", PRICING, fal_says({
        "fal-ai/flux-2-max": {"unit_price": 0.08},
        "fal-ai/flux-2": {"unit_price": 0.00167, "unit": "compute seconds"},
    }))  # fmt: skip
    stub.on("POST", "/v1/pricing", bfl_says)

    ran = shell.run("doctor", "--prices", env={**at(stub), "COLUMNS": "300"})

    assert ran.code == 1
    text = " ".join(ran.out.split())
    assert ran.out.count("failed") == 1
    assert (
        "failed fal prices fal-ai/flux-2-max $0.08 for 1024x1024; the catalogue has $0.07 (read 2026-11-20, "
        "https://fal.ai/models/fal-ai/flux-2-max/llms.txt) hint: estimates and limits go by the catalogue; "
    ) in text
    assert "in other units than the catalogue's: fal-ai/flux-2 0.00167 USD per compute seconds" in text


def test_json_has_every_price(shell: Shell, stub: Stub) -> None:
    stub.on("GET", PRICING, fal_says({"fal-ai/flux-2-max": {"unit_price": 0.08}}))
    stub.on("POST", "/v1/pricing", bfl_says)

    document = shell.run("doctor", "--prices", "--json", env=at(stub)).json

    assert document["ok"] is False
    assert [price for price in document["prices"] if price["agreement"] == "differs"] == [
        {
            "provider": "fal",
            "endpoint": "fal-ai/flux-2-max",
            "agreement": "differs",
            "width": 1024,
            "height": 1024,
            "references": 0,
            "stated": "0.08",
            "stated_otherwise": None,
            "catalogue": "0.07",
            "source": "https://fal.ai/models/fal-ai/flux-2-max/llms.txt",
            "price_verified_on": "2026-11-20",
        }
    ]


def test_an_endpoint_that_fal_does_not_know_does_not_hide_the_others(shell: Shell, stub: Stub) -> None:
    gone = "fal-ai/flux-2/flash/edit"
    stub.on("GET", PRICING, fal_says(unknown=(gone,)))
    stub.on("POST", "/v1/pricing", bfl_says)

    code, found = lines(shell, stub)

    assert code == 0
    assert found[0] == ("fal prices", "ok", f"{len(PRICED) - 1} as in the catalogue")
    assert gone in found[1][2]
    gets = [asked(seen) for seen in stub.seen if seen.method == "GET"]
    assert gets == [[route.endpoint for route in FAL], *([route.endpoint] for route in FAL)]


def test_a_deployment_of_bfl_without_prices_is_asked_once(shell: Shell, stub: Stub) -> None:
    stub.on("GET", PRICING, fal_says())
    stub.on("POST", "/v1/pricing", Say(status=404, body={"detail": "Not Found"}))

    code, found = lines(shell, stub)

    assert code == 0
    assert found[-1][:2] == ("bfl prices", "warning")
    assert found[-1][2].startswith("not compared: Black Forest Labs answers 404")
    assert [json.loads(seen.body) for seen in stub.posts()] == [
        {"model": BFL_MODELS[0].endpoint, "width": 1024, "height": 1024}
    ]


@pytest.mark.parametrize(
    ("say", "said"),
    [
        (
            Say(status=401, body={"error": {"type": "authorization_error", "message": "Invalid API key"}}),
            "not compared: fal rejected the key: Invalid API key",
        ),
        (
            Say(status=403, body=b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"),
            "not compared: Something between here and fal answered 403 with an HTML page: Just a moment",
        ),
        (Say(status=429, body={"error": {"type": "rate_limited"}}), "not compared: fal takes no more requests for now"),
        (Say(status=500, body=b"oops"), "not compared: fal answers 500"),
        (Say(status=200, body=b"<html></html>"), "not compared: fal's reply (200) cannot be read"),
        (Say(status=302, headers={"Location": "https://evil.example"}), "not compared: fal answers 302"),
        (Say(drop=True), "not compared: the connection to 127.0.0.1"),
    ],
)
def test_a_provider_that_cannot_be_asked_is_noted_and_not_asked_again(
    shell: Shell, stub: Stub, say: Say, said: str
) -> None:
    stub.on("GET", PRICING, say)
    stub.on("POST", "/v1/pricing", bfl_says)

    code, found = lines(shell, stub)

    assert code == 0
    (about_fal,) = [line for line in found if line[0] == "fal prices"]
    assert about_fal[1] == "warning"
    assert about_fal[2].startswith(said), about_fal[2]
    assert len([seen for seen in stub.seen if seen.method == "GET"]) == 1


def test_a_response_that_is_too_long_is_no_list_of_prices(shell: Shell, stub: Stub) -> None:
    stub.on("GET", PRICING, Say(body={"prices": [], "padding": "x" * (1024 * 1024)}))
    stub.on("POST", "/v1/pricing", bfl_says)

    code, found = lines(shell, stub)

    assert (code, found[0]) == (0, ("fal prices", "warning", "not compared: fal's reply (200) cannot be read"))


def test_without_keys_nothing_is_asked_and_nothing_is_wrong(shell: Shell, stub: Stub) -> None:
    ran = shell.run("doctor", "--prices", env={"FLUX2_FAL_URL": stub.url, "FLUX2_BFL_URL": stub.url, "COLUMNS": "200"})

    assert (ran.code, ran.err, stub.seen) == (0, "", [])
    assert ran.out.splitlines() == [
        "warning  fal prices     not compared: There is no API key for fal",
        "                        hint: `flux2 keys set fal`; `flux2 doctor` looks at keys",
        "warning  bfl prices     not compared: There is no API key for bfl",
        "                        hint: `flux2 keys set bfl`; `flux2 doctor` looks at keys",
    ]


def test_in_the_sandbox_the_emulator_is_asked(shell: Shell, stub: Stub) -> None:
    ran = shell.run("doctor", "--prices", "--json", env={**at(stub), "FLUX2_SANDBOX": "1"})

    checks = {(check["name"], check["status"]): check["message"] for check in ran.json["checks"]}
    assert (ran.code, stub.seen) == (0, [])
    assert checks["sandbox", "warning"] == "every run goes to the emulator (environment FLUX2_SANDBOX)"
    assert checks["fal prices", "ok"] == f"{len(PRICED)} as in the catalogue"
    assert checks["bfl prices", "ok"] == f"{3 * len(BFL_MODELS)} as in the catalogue"


def test_prices_cannot_be_compared_offline(shell: Shell) -> None:
    ran = shell.run("doctor", "--prices", "--offline")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "error: `--prices` asks the providers, and `--offline` asks them nothing.\nhint: leave one out\n"
    )
