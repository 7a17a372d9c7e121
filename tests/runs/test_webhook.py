"""Webhooks: where each provider takes them, and that a secret is seen by nobody but the provider."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from support.shell import Shell
from support.stub import Say, Stub

HOOK = "https://hook.example/done?job=1&x=a%20b"
SECRET = "hush-hush-7261"


def script(stub: Stub) -> dict[str, str]:
    stub.on("POST", "/queue/.*", Say(body={"request_id": "r-1", "status": "IN_QUEUE"}))
    stub.on("POST", "/model/.*", Say(body={"id": "t-1", "status": "in_progress"}))
    stub.on("POST", "/v1/.*", Say(body={"id": "b-1", "status": "Pending", "webhook_url": HOOK, "cost": 7}))
    urls = {f"FLUX2_{name}_URL": stub.url for name in ("FAL", "VTRIX", "BFL")}
    return {**urls, "FAL_KEY": "a:b", "VTRIX_API_KEY": "k", "BFL_API_KEY": "k"}


def everything(path: Path) -> bytes:
    return b"".join(p.read_bytes() for p in path.rglob("*") if p.is_file())


def test_fal_takes_it_in_the_address_and_nothing_of_it_is_in_the_body(shell: Shell, stub: Stub) -> None:
    ran = shell.run("flash", "x", "--webhook-url", HOOK, "--no-wait", env=script(stub))

    assert ran.code == 0, ran.err
    parts = urlsplit(stub.seen[0].path)
    assert parts.path == "/queue/fal-ai/flux-2/flash"
    assert parse_qs(parts.query) == {"fal_webhook": [HOOK]}
    assert stub.seen[0].json == {"prompt": "x"}
    dry = shell.run("flash", "x", "--webhook-url", "https://hook.example/a", "--dry-run", "--json")
    assert dry.json["url"] == "https://queue.fal.run/fal-ai/flux-2/flash?fal_webhook=https%3A%2F%2Fhook.example%2Fa"


def test_bfl_takes_it_in_fields_and_its_job_is_followed_by_its_id(shell: Shell, stub: Stub) -> None:
    (shell.cwd / "s.txt").write_text(f"  {SECRET}\n")

    ran = shell.run("max", "x", "-p", "bfl", "--webhook-url", HOOK, "--webhook-secret-file", "s.txt", "--no-wait",
                    "--json", env=script(stub))  # fmt: skip
    stub.on("GET", "/v1/get_result.*", Say(body={"status": "Request Moderated"}))
    shell.run("jobs", "fetch", ran.json["job_id"], env=script(stub))

    assert stub.seen[0].json == {"prompt": "x", "webhook_url": HOOK, "webhook_secret": SECRET}
    assert stub.seen[1].path == "/v1/get_result?id=b-1"


@pytest.mark.parametrize("provider", ["vtrix", "bfl"])
@pytest.mark.parametrize("from_file", [True, False], ids=["file", "environment"])
def test_the_secret_reaches_the_provider_and_nothing_else(
    shell: Shell, stub: Stub, provider: str, from_file: bool
) -> None:
    (shell.cwd / "s.txt").write_text(SECRET)
    flags = ["--webhook-secret-file", "s.txt"] if from_file else []
    env = script(stub) if from_file else {**script(stub), "FLUX2_WEBHOOK_SECRET": SECRET}
    argv = ["max", "x", "-p", provider, "--webhook-url", HOOK, *flags, "-v"]

    dry = shell.run(*argv, "--dry-run", "--json", env=env)
    ran = shell.run(*argv, "--no-wait", "--json", env=env)
    shown = shell.run("jobs", "show", ran.json["job_id"], "--json")

    assert SECRET.encode() in stub.seen[0].body
    assert SECRET not in dry.out + dry.err + ran.out + ran.err + shown.out
    assert SECRET.encode() not in everything(shell.state)
    recorded = shown.json["payload"] if provider == "bfl" else shown.json["payload"]["input"][0]["params"]
    assert recorded == {"prompt": "x", "webhook_url": HOOK, "webhook_secret": "***"}


def test_a_webhook_is_no_part_of_what_makes_two_requests_the_same(shell: Shell, stub: Stub) -> None:
    keys = []
    for flags in ([], ["--webhook-url", HOOK], ["--webhook-url", "https://other.example"]):
        ran = shell.run("max", "x", "-p", "bfl", *flags, "--no-wait", "--json", env=script(stub))
        keys.append(shell.run("jobs", "show", ran.json["job_id"], "--json").json["request_key"])

    assert len(set(keys)) == 1


@pytest.mark.parametrize(
    ("argv", "env", "said"),
    [
        (["flash", "x", "--webhook-url", HOOK], {"FLUX2_WEBHOOK_SECRET": SECRET}, "fal signs its webhooks with keys"),
        (["max", "x", "--webhook-url", HOOK, "--webhook-secret-file", "s.txt"], {}, "fal signs its webhooks with keys"),
        (["max", "x", "-p", "bfl", "--webhook-secret-file", "s.txt"], {}, "add --webhook-url URL"),
        (["max", "x", "-p", "bfl", "--webhook-url", HOOK, "--webhook-secret-file", "no.txt"], {}, "cannot be read"),
        (["max", "x", "-p", "bfl", "--webhook-url", HOOK, "--webhook-secret-file", "e.txt"], {}, "it is empty"),
        (["max", "x", "-p", "bfl", "--webhook-url", HOOK, "--webhook-secret-file", "b.txt"], {}, "it is not text"),
        (["max", "x", "-p", "bfl", "--webhook-url", "hook.example"], {}, "`--webhook-url` is not an https:// URL."),
        (["pro", "x", "-p", "vtrix", "--webhook-url", HOOK], {}, "max on vtrix"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_sent(
    shell: Shell, stub: Stub, argv: list[str], env: dict[str, str], said: str
) -> None:
    (shell.cwd / "s.txt").write_text(SECRET)
    (shell.cwd / "e.txt").write_text("\n")
    (shell.cwd / "b.txt").write_bytes(b"\xff\xfe")

    ran = shell.run(*argv, "--json", env={**script(stub), **env})

    assert ran.code == 2
    assert said in f"{ran.json['error']['message']} {ran.json['error']['hint']}"
    assert SECRET not in ran.out + ran.err
    assert stub.seen == []


def test_a_webhook_of_the_settings_is_used_where_it_can_be(shell: Shell, stub: Stub) -> None:
    env = {**script(stub), "FLUX2_WEBHOOK_URL": HOOK}

    shell.run("max", "x", "-p", "bfl", "--no-wait", env=env)
    quiet = shell.run("pro", "x", "-p", "vtrix", "--no-wait", env=env)
    typed = shell.run("max", "x", "-p", "bfl", "--webhook-url", "https://typed.example", "--no-wait", env=env)

    assert (quiet.code, typed.code) == (0, 0)
    assert [seen.json for seen in stub.seen] == [
        {"prompt": "x", "webhook_url": HOOK},
        {"model": "flux_2_pro", "input": [{"params": {"prompt": "x"}}]},
        {"prompt": "x", "webhook_url": "https://typed.example"},
    ]


def test_a_secret_in_the_environment_alone_does_nothing(shell: Shell, stub: Stub) -> None:
    ran = shell.run("flash", "x", "--no-wait", env={**script(stub), "FLUX2_WEBHOOK_SECRET": SECRET})

    assert ran.code == 0, ran.err
    assert stub.seen[0].json == {"prompt": "x"}


def test_vtrix_says_that_it_does_not_describe_its_webhooks(shell: Shell) -> None:
    ran = shell.run("max", "x", "-p", "vtrix", "--webhook-url", HOOK, "--dry-run", "--json")

    assert "does not say what it sends to a webhook" in ran.json["warnings"][0]
