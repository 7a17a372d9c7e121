"""`--timeout` holds for the whole of every exchange, whatever part of it a server never ends."""

import time

import pytest
from support.drips import DRIPS, drip
from support.images import PNG
from support.provider_contract import SCRIPTS, Script
from support.shell import Shell
from support.stub import Say, Stub

scripts = pytest.mark.parametrize(
    "script", [s for s in SCRIPTS if s.provider != "acme"], ids=lambda script: script.provider
)
parts = pytest.mark.parametrize("part", DRIPS)
SHORT = ("--timeout", "0.5")


def states(shell: Shell) -> list[str]:
    return [job["state"] for job in shell.run("jobs", "list", "--json").json]


def abandoned(stub: Stub) -> list[str]:
    """The replies that the client gave up: a server learns of it with one of its next bytes."""
    until = time.monotonic() + 5
    while not stub.abandoned and time.monotonic() < until:
        time.sleep(0.01)
    return stub.abandoned


@scripts
@parts
def test_a_submit_that_was_sent_is_unknown_and_not_sent_again(
    shell: Shell, stub: Stub, script: Script, part: str
) -> None:
    script.play(stub, create=drip(part))

    ran = shell.run(script.variant, "fox", "-p", script.provider, *SHORT, "--json", env=script.env(stub))
    again = shell.run(script.variant, "fox", "-p", script.provider, *SHORT, "--json", env=script.env(stub))

    assert (ran.code, ran.json["error"]["code"], again.code) == (9, "unknown", 9)
    assert (len(stub.posts()), states(shell), len(abandoned(stub))) == (1, ["unknown"], 1)


@scripts
@parts
def test_a_status_ends_at_the_deadline_and_the_job_is_collected_later(
    shell: Shell, stub: Stub, script: Script, part: str
) -> None:
    script.play(stub)
    stub.first("GET", script.poll, drip(part))

    ran = shell.run(script.variant, "fox", "-p", script.provider, *SHORT, "--json", env=script.env(stub))
    assert (ran.code, ran.json["error"]["code"]) == (124, "timeout")
    assert states(shell) == ["submitted"]
    assert len(abandoned(stub)) > 0

    script.play(stub)
    stub._rules = stub._rules[1:]
    assert shell.run("jobs", "fetch", ran.json["error"]["job_id"], env=script.env(stub)).code == 0
    assert len(stub.posts()) == 1


@scripts
@parts
def test_a_download_ends_at_the_deadline_and_the_job_is_collected_later(
    shell: Shell, stub: Stub, script: Script, part: str
) -> None:
    script.play(stub)
    stub.first("GET", "/picture.png", drip(part), Say(body=PNG))

    ran = shell.run(script.variant, "fox", "-p", script.provider, *SHORT, "--json", env=script.env(stub))

    assert (ran.code, ran.json["error"]["code"]) == (8, "not_saved")
    assert (states(shell), abandoned(stub), shell.files()) == (["ready"], ["/picture.png"], [])
    assert shell.run("jobs", "fetch", ran.json["error"]["job_id"], env=script.env(stub)).code == 0
    assert len(stub.posts()) == 1


@parts
def test_a_result_ends_at_the_deadline_and_the_job_is_collected_later(shell: Shell, stub: Stub, part: str) -> None:
    script = next(script for script in SCRIPTS if script.provider == "fal")
    script.play(stub)
    stub.first("GET", next(iter(script.result)), drip(part))

    ran = shell.run("flash", "fox", *SHORT, "--json", env=script.env(stub))
    stub._rules = stub._rules[1:]
    fetched = shell.run("jobs", "fetch", ran.json["error"]["job_id"], env=script.env(stub))

    assert (ran.code, ran.json["error"]["code"], fetched.code) == (8, "not_saved", 0)
    assert (len(abandoned(stub)), len(stub.posts())) == (1, 1)


@parts
def test_an_upload_ends_at_the_deadline_with_nothing_submitted(shell: Shell, stub: Stub, part: str) -> None:
    (shell.cwd / "a.png").write_bytes(PNG)
    stub.on("POST", ".*/storage/.*", drip(part))

    ran = shell.run("flash", "fox", "-i", "a.png", *SHORT, "--json", env={"FLUX2_FAL_URL": stub.url, "FAL_KEY": "a:b"})

    assert (ran.code, ran.json["error"]["code"]) == (5, "network")
    assert (len(stub.seen), len(abandoned(stub))) == (1, 1)
    assert shell.run("jobs", "list", "--json").json == []
