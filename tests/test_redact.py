"""Secrets in URLs: they reach the provider, and nothing that is written or printed."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support.fal_stub import fal
from support.shell import Shell
from support.stub import Say, Stub

from flux2cli.core.request.build import build_request
from flux2cli.core.request.reference import from_url
from flux2cli.core.request.route import choose_route
from flux2cli.redact import redact_json, redact_text, redact_url, secrets_of

SIGNED = "https://me:hush@cdn.example/a.png?v=2&X-Amz-Signature=hush1&X-Amz-Expires=60&token=hush2"
SHOWN = "https://***@cdn.example/a.png?v=2&X-Amz-Signature=***&X-Amz-Expires=***&token=***"
HOOK = "https://hooks.example/done?token=hush3"
WEIGHTS = "https://civitai.com/api/download/models/7?token=hush4"


@pytest.mark.parametrize(
    ("url", "shown", "identity", "named"),
    [
        (SIGNED, SHOWN, "https://cdn.example/a.png?v=2", ["password", "X-Amz-Signature", "token"]),
        (
            "https://h/a?Expires=1&Signature=s&Key-Pair-Id=k&Policy=p",
            "https://h/a?Expires=***&Signature=***&Key-Pair-Id=***&Policy=***",
            "https://h/a",
            ["Signature"],
        ),
        ("https://h/a?sv=1&se=2&sp=r&sig=x%2B", "https://h/a?sv=***&se=***&sp=***&sig=***", "https://h/a", ["sig"]),
        ("https://h/a?X-Goog-Signature=s", "https://h/a?X-Goog-Signature=***", "https://h/a", ["X-Goog-Signature"]),
        ("https://h/a?API_KEY=k&w=3", "https://h/a?API_KEY=***&w=3", "https://h/a?w=3", ["API_KEY"]),
        ("https://h/a?hdnts=exp=1~hmac=2", "https://h/a?hdnts=***", "https://h/a", ["hdnts"]),
        ("https://h/a?a=1;token=t;b=2", "https://h/a?a=1;token=***;b=2", "https://h/a?a=1;;b=2",
         ["an address within it"]),
        ("https://h/a?a=1&amp;sig=s", "https://h/a?a=1&amp;sig=***", "https://h/a?a=1", ["amp;sig"]),
        ("https://h/a?token[]=t&w=3", "https://h/a?token[]=***&w=3", "https://h/a?w=3", ["token[]"]),
        ("https://h/a?subscription-key=k&private_key=p&authkey=a",
         "https://h/a?subscription-key=***&private_key=***&authkey=***", "https://h/a",
         ["subscription-key", "private_key", "authkey"]),
        ("https://h/a?password=p&upload-token=t", "https://h/a?password=***&upload-token=***", "https://h/a",
         ["password", "upload-token"]),
        ("https://h/a.png?ex=1&is=2&hm=3&", "https://h/a.png?ex=***&is=***&hm=***&", "https://h/a.png", ["hm"]),
        ("https://h/a#access_token=t", "https://h/a#access_token=***", "https://h/a", ["access_token"]),
        ("https://h/a?key=AIzaSyD4k3j5h6k7j8h9g0f", "https://h/a?key=***", "https://h/a?key=AIzaSyD4k3j5h6k7j8h9g0f",
         ["key"]),
        ("s3://id:key@bucket/a", "s3://***@bucket/a", "s3://bucket/a", ["password"]),
        (
            "https://proxy/?w=3&url=https%3A%2F%2Fh%2Fa%3Ftoken%3Dt",
            "https://proxy/?w=3&url=https%3A%2F%2Fh%2Fa%3Ftoken%3D***",
            "https://proxy/?w=3&url=https%3A%2F%2Fh%2Fa",
            ["an address within it"],
        ),
    ],
)  # fmt: skip
def test_a_url_with_secrets(url: str, shown: str, identity: str, named: list[str]) -> None:
    assert redact_url(url) == shown
    assert redact_url(shown) == shown
    assert redact_url(url, None) == identity
    assert secrets_of(url) == named


@pytest.mark.parametrize(
    "url",
    [
        "https://h:8443/a%20b.png?v=2&&x#f",
        "https://h/a?key=uploads/2026/fox-1.png",
        "https://h/a?se=1&sp=r&expires=5",
        "https://h/a?token=",
        "https://h/a?token",
        "https://@h/a",
        "https://h/a?",
        "a token=hush without a URL",
    ],
)
def test_a_url_without_secrets_stays_to_the_byte(url: str) -> None:
    assert redact_url(url) == redact_url(url, None) == url
    assert secrets_of(url) == []


def test_hostile_texts_are_dealt_with_at_once() -> None:
    for text in ("a" * 1_000_000 + " https://h/?token=x", "a://?x=" * 20_000, "a://" + "." * 1_000_000):
        assert "token=x" not in redact_text(text)
    deep: Any = "https://h/?token=x"
    for _ in range(5000):
        deep = [deep]
    assert "***" in str(redact_json(deep))
    assert secrets_of("a:b://h/?token=x") == ["token"]


def test_a_text_and_a_json_value() -> None:
    text = f'`--lora {WEIGHTS}:9` failed (https://h/?token=x). See https://h/?sig=y, or "https://h/?a=1".'

    assert redact_text(text) == (
        "`--lora https://civitai.com/api/download/models/7?token=***` failed (https://h/?token=***). "
        'See https://h/?sig=***, or "https://h/?a=1".'
    )
    assert redact_json({"prompt": f"not a URL: {HOOK}", "urls": [HOOK, 7, None]}) == {
        "prompt": f"not a URL: {HOOK}",
        "urls": ["https://hooks.example/done?token=***", 7, None],
    }


@pytest.mark.parametrize(
    ("url", "again"),
    [
        (SIGNED, SIGNED.replace("hush", "fresh")),
        (SIGNED, "https://cdn.example/a.png?v=2"),
        ("https://h/a?sig=1&se=2", "https://h/a?se=9&sv=1&sig=3"),
    ],
)
def test_a_url_that_was_signed_again_is_the_same_request(url: str, again: str) -> None:
    assert key_of(url) == key_of(again)
    assert lora_key(url) == lora_key(again)


def test_another_url_is_another_request_and_one_without_secrets_has_the_key_it_always_had() -> None:
    assert key_of(SIGNED) != key_of(SIGNED.replace("v=2", "v=3"))
    assert key_of("https://h/a?key=fox.png") != key_of("https://h/a?key=owl.png")
    assert key_of(f"https://h/a?code={'1a' * 16}") != key_of(f"https://h/a?code={'2b' * 16}")
    assert key_of("https://cdn.example/a.png?v=2") == "82a9f2f8a4c56614cb7ee7a99dad6d15194098942a5f5bf68bdba5f0dd083275"
    assert lora_key("https://h/a.safetensors") == "b208db9604e7f273479b755c75581ad28a5d3cee1c536784380499792cddef41"


def test_the_key_that_the_former_version_recorded_was_made_of_the_whole_url() -> None:
    route = choose_route("flash", "fal", "edit")
    values = {"prompt": "a fox", "size": "square", "seed": 7}
    tokens = build_request(route, values, [from_url("https://h.example/a.png?token=abc&v=1")])
    route = choose_route("dev", "fal", "text", {"lora": "x"})
    lora = "https://user:pw@h.example/w.safetensors:0.5"
    password = build_request(route, {"prompt": "a fox", "seed": 7, "lora": [lora]}, [])
    plain = build_request(route, {"prompt": "a fox", "lora": ["https://h.example/w.safetensors"]}, [])

    assert tokens.former_key == "25c817eb4926bb1302d030cfe1b2518cf7039be3ad00ddfaa981d232c3cdd8c7"
    assert password.former_key == "309fb664416c72f087a0450f451c410f84fb302acc61f44345ca1a28016f41b6"
    assert plain.former_key is None


def test_a_request_that_the_former_version_left_in_doubt_is_not_sent_again(shell: Shell, stub: Stub) -> None:
    env = fal(stub, submit=Say(drop=True))
    argv = ("flash", "a fox", "-i", "https://h.example/a.png?token=abc&v=1", "-s", "square", "--seed", "7")
    assert shell.run(*argv, env=env).code == 9
    former = "25c817eb4926bb1302d030cfe1b2518cf7039be3ad00ddfaa981d232c3cdd8c7"
    with closing(sqlite3.connect(shell.state / "ledger.sqlite3")) as db, db:
        db.execute("UPDATE jobs SET request_key = ?", (former,))

    again = shell.run(*argv, env=env)

    assert (again.code, len(stub.posts())) == (9, 1)
    assert "Whether the provider accepted the identical job" in again.err


def key_of(url: str) -> str:
    route = choose_route("flash", "fal", "edit")
    return build_request(route, {"prompt": "a fox"}, [from_url(url)], {"x_url": url}).key


def lora_key(url: str) -> str:
    route = choose_route("dev", "fal", "text", {"lora": "x"})
    return build_request(route, {"prompt": "a fox", "lora": [f"{url}:0.5", {"path": url, "scale": 1}]}).key


EDIT = (
    "dev", "a fox", "-i", SIGNED, "--lora", f"{WEIGHTS}:0.5", "--webhook-url", HOOK, "--param", f'x_url="{HOOK}"',
    "-o", "fox.png",
)  # fmt: skip


def written(shell: Shell) -> bytes:
    """All that was written, wherever it was: ledgers and their logs, the emulator's jobs, sidecars, the cache."""
    return b"".join(file.read_bytes() for file in Path(shell.cwd.parent).rglob("*") if file.is_file())


def test_the_provider_gets_the_secrets_and_nobody_else(shell: Shell, stub: Stub) -> None:
    env = fal(stub)

    left = shell.run(*EDIT, "--no-wait", "-v", env=env)
    fetched = shell.run("jobs", "fetch", "-v", "--json", env=env)
    shown = shell.run("jobs", "show", left.out.strip(), "--json")

    assert (left.code, fetched.code) == (0, 0), left.err + fetched.err
    [post] = stub.posts()
    assert post.json["image_urls"] == [SIGNED]
    assert post.json["loras"] == [{"path": WEIGHTS, "scale": 0.5}]
    assert post.json["x_url"] == HOOK
    assert post.path.endswith("?fal_webhook=https%3A%2F%2Fhooks.example%2Fdone%3Ftoken%3Dhush3")
    sidecar = json.loads((shell.cwd / "fox.png.json").read_text())
    for record in (sidecar, shown.json):
        assert record["payload"]["image_urls"] == [SHOWN]
        assert record["payload"]["loras"][0]["path"] == "https://civitai.com/api/download/models/7?token=***"
        assert record["payload"]["x_url"] == "https://hooks.example/done?token=***"
        assert record["inputs"][0]["url"] == SHOWN
        assert record["inputs"][0]["name"] == "a.png"
    secrets = "(password, X-Amz-Signature, token)"
    assert sidecar["warnings"][-3:] == [
        f"--image has a secret in its address {secrets}: the provider gets it, records have ***",
        "--lora has a secret in its address (token): the provider gets it, records have ***",
        "--webhook-url has a secret in its address (token): the provider gets it, records have ***",
    ]
    assert f"warning: {sidecar['warnings'][-1]}" in left.err
    assert "hush" not in left.out + left.err + fetched.out + fetched.err + shown.out + shown.err
    assert b"hush" not in written(shell)


@pytest.mark.parametrize(
    "argv",
    [
        EDIT,
        ("pro", "a fox", "-p", "bfl", "-i", SIGNED, "--webhook-url", HOOK),
        ("max", "a fox", "-p", "vtrix", "-i", SIGNED, "--webhook-url", HOOK),
        ("outpaint", SIGNED, "--left", "64"),
    ],
)
def test_the_sandbox_keeps_no_secrets(shell: Shell, argv: tuple[str, ...]) -> None:
    ran = shell.run(*argv, "--sandbox", "--json", "-v")

    assert ran.code == 0, ran.err
    assert "hush" not in ran.out + ran.err
    assert b"hush" not in written(shell)
    assert b"***@cdn.example" in written(shell)


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_dry_run_shows_no_secrets(shell: Shell, form: tuple[str, ...]) -> None:
    (shell.cwd / "rows.jsonl").write_text(json.dumps({"prompt": "a fox", "image": SIGNED, "webhook_url": HOOK}))

    one = shell.run(*EDIT, "--dry-run", *form)
    rows = shell.run("batch", "rows.jsonl", "-m", "max", "--dry-run", "-v", *form)

    for ran in (one, rows):
        assert ran.code == 0, ran.err
        assert "hush" not in ran.out + ran.err
        assert SHOWN in ran.out
        assert "fal_webhook=https%3A%2F%2Fhooks.example%2Fdone%3Ftoken%3D***" in ran.out


def test_a_message_has_no_secrets(shell: Shell, stub: Stub) -> None:
    detail = {"loc": ["body", "image_urls", 0], "msg": f"Cannot load {SIGNED}", "type": "x", "input": SIGNED}
    env = fal(stub, submit=Say(status=422, body={"detail": [detail]}))
    (shell.cwd / "rows.csv").write_text(f"prompt,lora\na fox,{WEIGHTS}:9\n")
    page = shell.cwd / "page.md"

    refused = shell.run("flash", "a fox", "-i", SIGNED, "--json", env=env)
    wrong = shell.run("dev", "a fox", "--lora", f"{WEIGHTS}:9", "--json", env=env)
    rows = shell.run("batch", "rows.csv", "-m", "dev", "--json", env={**env, "GITHUB_ACTIONS": "true"})
    (shell.cwd / "ok.jsonl").write_text(json.dumps({"prompt": "a fox", "image": SIGNED}))
    batch = shell.run(
        "batch", "ok.jsonl", "-m", "flash", "--summary", "-o", "out/", env={**env, "GITHUB_STEP_SUMMARY": str(page)}
    )
    extra = shell.run("flash", "a fox", SIGNED, env=env)

    assert [ran.code for ran in (refused, wrong, rows, batch, extra)] == [2, 2, 2, 10, 2]
    assert "https://***@cdn.example/a.png" in refused.json["error"]["message"]
    assert "token=***` has a scale above 4" in wrong.json["error"]["message"]
    assert "token=***" in rows.err
    for ran in (refused, wrong, rows, batch, extra):
        assert "hush" not in ran.out + ran.err
    assert b"hush" not in written(shell).replace((shell.cwd / "rows.csv").read_bytes(), b"").replace(
        (shell.cwd / "ok.jsonl").read_bytes(), b""
    )


@pytest.mark.parametrize(
    "argv",
    [
        ("max", "a fox", "-i", "https://cdn.example/a b.png?token=hush"),
        ("dev", "a fox", "--lora", "https://cdn.example/a b.safetensors?token=hush"),
        ("flash", "a fox", "--param", 'x_url=" https://cdn.example/a b?token=hush"'),
    ],
)
def test_a_url_with_blanks_in_it_is_recorded_without_its_secrets(shell: Shell, argv: tuple[str, ...]) -> None:
    ran = shell.run(*argv, "-o", "fox.png", "--sandbox")

    assert ran.code == 0, ran.err
    assert "token=***" in json.dumps(json.loads((shell.cwd / "fox.png.json").read_text())["payload"])
    assert b"hush" not in written(shell)


def test_a_row_whose_url_was_signed_again_is_done_already(shell: Shell) -> None:
    rows = shell.cwd / "rows.csv"
    rows.write_text(f"prompt,image\na fox,{SIGNED}\n")
    first = shell.run("batch", "rows.csv", "-m", "max", "-o", "out/", "--sandbox")
    rows.write_text(f"prompt,image\na fox,{SIGNED.replace('hush', 'fresh')}\n")

    again = shell.run("batch", "rows.csv", "-m", "max", "-o", "out/", "--sandbox")

    assert (first.code, again.code) == (0, 0), first.err + again.err
    assert again.err == "1 row: 1 done already\n"


def test_a_column_of_the_users_own_is_recorded_without_the_secrets_of_its_url(shell: Shell) -> None:
    (shell.cwd / "rows.csv").write_text(f"id,prompt,meta.source\nfox,a fox,{SIGNED}\n")

    ran = shell.run("batch", "rows.csv", "-m", "flash", "-o", "{id}.{ext}", "--sandbox")

    assert ran.code == 0, ran.err
    assert json.loads((shell.cwd / "fox.png.json").read_text())["meta"] == {"source": SHOWN}
    (shell.cwd / "rows.csv").unlink()
    assert b"hush" not in written(shell)


def test_a_webhook_of_the_settings_is_listed_without_its_token(shell: Shell) -> None:
    shell.run("config", "set", "webhook_url", HOOK)

    shown = shell.run("config", "show")
    listed = shell.run("config", "show", "--json")
    got = shell.run("config", "get", "webhook_url")

    assert "https://hooks.example/done?token=***" in shown.out
    assert "hush" not in shown.out + listed.out
    assert got.out == f"{HOOK}\n", "who asks for a value gets it"


def test_an_unknown_job_is_found_in_the_history_although_its_record_has_no_secrets(shell: Shell, stub: Stub) -> None:
    env = fal(stub, submit=Say(drop=True))
    lost = shell.run("flash", "a fox", "-i", SIGNED, "--json", env=env).json["error"]["job_id"]
    [post] = stub.posts()
    shown = shell.run("jobs", "show", lost, "--json").json
    entry = {"request_id": "r-1", "sent_at": shown["created_at"], "json_input": post.json}
    stub.first("GET", ".*/requests/by-endpoint.*", Say(body={"items": [entry]}))

    found = shell.run("jobs", "show", lost, "--json", env=env).json["found"]

    assert post.json["image_urls"] == [SIGNED]
    assert [entry["request_id"] for entry in found] == ["r-1"]


def test_a_row_of_an_older_version_is_shown_without_its_secrets(shell: Shell, stub: Stub) -> None:
    job_id = shell.run("max", "a fox", "-i", "https://h/a.png", "--json", env=fal(stub)).json["job_id"]
    with sqlite3.connect(shell.state / "ledger.sqlite3") as ledger:
        for column in ("payload", "inputs"):
            ledger.execute(f"UPDATE jobs SET {column} = replace({column}, 'https://h/a.png', ?)", (SIGNED,))
    ledger.close()

    shown: Any = shell.run("jobs", "show", job_id, "--json")

    assert shown.json["payload"]["image_urls"] == [SHOWN]
    assert shown.json["inputs"][0]["url"] == SHOWN
    assert "hush" not in shown.out + shell.run("jobs", "show", job_id).out
