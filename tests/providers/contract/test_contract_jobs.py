"""One job from submit to image, and what can go wrong on the way: the same for every provider."""

import hashlib
import json

import pytest
from support.images import PNG
from support.provider_contract import EDITS, INFOS, INLINE, NAMES, RAW_PNG, SCRIPTS, Script
from support.shell import Ran, Shell
from support.stub import Say, Stub

scripts = pytest.mark.parametrize("script", SCRIPTS, ids=[script.provider for script in SCRIPTS])
inline = pytest.mark.parametrize("script", INLINE, ids=[script.provider for script in INLINE])


def run(shell: Shell, stub: Stub, script: Script, *flags: str) -> Ran:
    return shell.run(script.variant, "a fox", "-p", script.provider, *flags, "--json", env=script.env(stub))


def state(shell: Shell) -> str:
    return str(shell.run("jobs", "list", "--json").json[0]["state"])


def title(script: Script) -> str:
    return INFOS[NAMES.index(script.provider)].title


@scripts
def test_a_job_is_submitted_polled_and_saved_and_the_image_is_fetched_without_the_key(
    shell: Shell, stub: Stub, script: Script
) -> None:
    script.play(stub, Say(body=script.waiting))

    ran = run(shell, stub, script)

    assert ran.code == 0, ran.err
    assert len(stub.posts()) == 1
    name, value = script.key_header
    keys = {seen.path.startswith("/picture"): seen.headers.get(name) for seen in stub.seen}
    assert keys == {False: value, True: None}
    [image] = ran.json["images"]
    record = json.loads((shell.cwd / f"{image['path']}.json").read_text())
    assert (record["provider"], record["variant"]) == (script.provider, script.variant)
    assert (shell.cwd / image["path"]).read_bytes() == PNG
    assert state(shell) == "saved"
    assert "s3cret-key" not in ran.out + ran.err


@scripts
def test_a_job_can_be_left_and_fetched_later(shell: Shell, stub: Stub, script: Script) -> None:
    script.play(stub)

    left = run(shell, stub, script, "--no-wait")
    fetched = shell.run("jobs", "fetch", left.json["job_id"], "--json", env=script.env(stub))

    assert (left.code, fetched.code) == (0, 0), left.err + fetched.err
    assert len(stub.posts()) == 1
    assert state(shell) == "saved"


@scripts
@pytest.mark.parametrize(
    "create",
    [Say(body={}), Say(body=b"<html>"), Say(body=b""), Say(status=500, body={"error": "oops"}), Say(drop=True)],
    ids=["no id", "no JSON", "empty", "500", "dropped"],
)
def test_a_submit_without_a_usable_response_is_unknown_and_not_sent_again(
    shell: Shell, stub: Stub, script: Script, create: Say
) -> None:
    script.play(stub, create=create)

    ran = run(shell, stub, script)

    assert (ran.code, ran.json["error"]["code"]) == (9, "unknown")
    assert f"whether {title(script)} accepted the job is not known" in ran.json["error"]["message"]
    assert len(stub.posts()) == 1
    assert state(shell) == "unknown"


@scripts
def test_a_rate_limit_is_waited_for(shell: Shell, stub: Stub, script: Script) -> None:
    stub.on("POST", ".*", Say(status=429, body={"error": "slow down"}, headers={"Retry-After": "0"}),
            Say(body=script.created(stub)))  # fmt: skip
    script.play(stub)

    assert run(shell, stub, script).code == 0
    assert len(stub.posts()) == 2


@scripts
def test_a_wait_that_is_too_long_is_5_at_once(shell: Shell, stub: Stub, script: Script) -> None:
    script.play(stub, create=Say(status=429, body={"error": "slow down"}, headers={"Retry-After": "3600"}))

    ran = run(shell, stub, script)

    assert (ran.code, ran.json["error"]["code"]) == (5, "rate_limited")
    assert (len(stub.seen), state(shell)) == (1, "not-sent")


@scripts
@pytest.mark.parametrize(("status", "code"), [(400, 2), (401, 3), (402, 4), (422, 2)])
def test_a_refusal_at_the_submit_ends_it(shell: Shell, stub: Stub, script: Script, status: int, code: int) -> None:
    script.play(stub, create=Say(status=status, body={"detail": "out of ink"}))

    ran = run(shell, stub, script)

    assert ran.code == code
    assert "out of ink" in ran.json["error"]["message"]
    assert (len(stub.seen), state(shell)) == (1, "rejected")
    assert "s3cret-key" not in ran.out + ran.err


@scripts
@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_page_of_something_on_the_way_is_not_taken_for_the_providers_word(
    shell: Shell, stub: Stub, script: Script, status: int
) -> None:
    script.play(stub, create=Say(status=status, body=b"<html><TITLE>Blocked by\n policy</TITLE></html>"))

    ran = run(shell, stub, script)

    error = ran.json["error"]
    assert error["message"] == (
        f"Something between here and {title(script)} answered {status} with an HTML page: Blocked by policy."
    )
    assert error["hint"] == (
        "a proxy, a login page of the network or a wrong "
        f"FLUX2_{script.provider.upper()}_URL does that; `flux2 doctor` looks at them"
    )
    forbidden = {"fal": 3, "vtrix": 4, "bfl": 3, "acme": 2}[script.provider]
    assert ran.code == {401: 3, 403: forbidden}.get(status, 2)
    assert (len(stub.seen), state(shell)) == (1, "rejected")


@scripts
@pytest.mark.parametrize(
    ("body", "who"),
    [
        (b"<html><title>413 Request Entity Too Large</title>", "something between here and "),
        ({"detail": "the most is 10 MB"}, "the most is 10 MB."),
    ],
    ids=["a page", "the provider"],
)
def test_a_request_that_is_too_large_is_told_with_its_size(
    shell: Shell, stub: Stub, script: Script, body: object, who: str
) -> None:
    script.play(stub, create=Say(status=413, body=body))

    ran = shell.run(script.variant, "a fox " * 400_000, "-p", script.provider, "--json", env=script.env(stub))

    error = ran.json["error"]
    assert ran.code == 2
    assert error["message"].startswith("The request is too large (2.3 MiB): ")
    assert who in error["message"]
    assert error["hint"] == "scale the reference images down"
    assert (len(stub.seen), state(shell)) == (1, "rejected")


@scripts
def test_a_page_while_polling_is_no_news_of_the_job_and_says_nothing_about_the_key(
    shell: Shell, stub: Stub, script: Script
) -> None:
    stub.on("GET", ".*/stream.*", Say(status=404))
    script.play(stub, Say(status=401, body=b"<html>"), Say(status=404, body=b"<html>"))

    ran = shell.run(script.variant, "a fox", "-p", script.provider, "-v", env=script.env(stub))

    assert (ran.code, len(stub.posts())) == (0, 1), ran.err
    assert f"status again in 0.0 s: Something between here and {title(script)} answered 401 with an HTML" in ran.err
    assert "key" not in ran.err


@scripts
def test_a_page_until_the_deadline_leaves_the_job_to_be_fetched(shell: Shell, stub: Stub, script: Script) -> None:
    stub.on("GET", ".*/stream.*", Say(status=404))
    script.play(stub, *[Say(status=404, body=b"<html>")] * 1000)

    ran = shell.run(script.variant, "a fox", "-p", script.provider, "--json", "--timeout", "0.2", env=script.env(stub))
    stub._rules.clear()
    script.play(stub)
    fetched = shell.run("jobs", "fetch", ran.json["error"]["job_id"], "--json", env=script.env(stub))

    assert (ran.code, ran.json["error"]["code"]) == (124, "timeout")
    assert (len(stub.posts()), fetched.code) == (1, 0), fetched.err


@scripts
def test_a_redirect_is_not_followed(shell: Shell, stub: Stub, script: Script) -> None:
    script.play(stub, create=Say(status=307, headers={"Location": f"{stub.url}/elsewhere"}))

    assert run(shell, stub, script).code != 0
    assert len(stub.seen) == 1


@inline
def test_a_local_image_travels_inside_the_request_and_is_recorded_by_its_hash(
    shell: Shell, stub: Stub, script: Script
) -> None:
    (shell.cwd / "fox.png").write_bytes(PNG)
    stub.on("POST", ".*", Say(body=script.created(stub)))

    ran = shell.run(EDITS[script.provider], "x", "-i", "fox.png", "-p", script.provider, "--no-wait", "--json",
                    env=script.env(stub))  # fmt: skip

    assert ran.code == 0, ran.err
    assert RAW_PNG in stub.seen[0].body.decode()
    shown = json.dumps(shell.run("jobs", "show", ran.json["job_id"], "--json").json["payload"])
    recorded = {"sha256": hashlib.sha256(PNG).hexdigest(), "bytes": len(PNG), "name": "fox.png"}
    assert json.dumps(recorded) in shown
    assert RAW_PNG.encode() not in b"".join(p.read_bytes() for p in shell.state.rglob("*") if p.is_file())


@inline
def test_a_dry_run_shows_a_local_image_by_its_hash(shell: Shell, script: Script) -> None:
    (shell.cwd / "fox.png").write_bytes(PNG)

    ran = shell.run(EDITS[script.provider], "x", "-i", "fox.png", "-p", script.provider, "--dry-run", "--json")

    assert hashlib.sha256(PNG).hexdigest() in json.dumps(ran.json["body"])
    assert RAW_PNG not in ran.out


@inline
def test_a_local_image_above_the_limit_is_refused(shell: Shell, stub: Stub, script: Script) -> None:
    limit = INFOS[NAMES.index(script.provider)].upload_limit
    (shell.cwd / "big.png").write_bytes(PNG + b"\0" * limit)

    ran = shell.run(EDITS[script.provider], "x", "-i", "big.png", "-p", script.provider, "--json",
                    env=script.env(stub))  # fmt: skip

    assert ran.code == 2
    assert f"the most is {limit // 2**20} MiB" in ran.json["error"]["message"]
    assert stub.seen == []
