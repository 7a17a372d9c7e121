"""`--timeout` holds for the whole of every exchange, whatever part of it a server never ends."""

import socket
import time

import pytest
from support.drips import DRIPS, drip
from support.images import PNG
from support.provider_contract import INLINE, SCRIPTS, Script
from support.raw_server import one_connection
from support.shell import Shell
from support.stub import Say, Stub

from flux2cli.core.job import retry
from flux2cli.engine import queries
from flux2cli.runs import doctor

scripts = pytest.mark.parametrize(
    "script", [s for s in SCRIPTS if s.provider != "acme"], ids=lambda script: script.provider
)
parts = pytest.mark.parametrize("part", DRIPS)
SHORT = ("--timeout", "0.5")


def states(shell: Shell) -> list[str]:
    return [job["state"] for job in shell.run("jobs", "list", "--json").json]


def only_job(shell: Shell) -> str:
    [job] = shell.run("jobs", "list", "--json").json
    return str(job["job_id"])


def abandoned(stub: Stub, count: int = 1) -> list[str]:
    """The replies, so many at least, that the client gave up: a server learns of it with one of its next bytes."""
    until = time.monotonic() + 5
    while len(stub.abandoned) < count and time.monotonic() < until:
        time.sleep(0.01)
    return stub.abandoned


def hold(connection: socket.socket) -> None:
    """Read a little, and neither answer nor hang up for longer than any deadline here."""
    connection.recv(1024)
    time.sleep(5)


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


@parts
def test_an_upload_whose_content_is_not_taken_ends_at_the_deadline_with_nothing_submitted(
    shell: Shell, stub: Stub, part: str
) -> None:
    (shell.cwd / "a.png").write_bytes(PNG)
    place = {"upload_url": f"{stub.url}/put/a.png", "file_url": f"{stub.url}/a.png"}
    stub.on("POST", ".*/storage/.*", Say(body=place))
    stub.on("PUT", ".*", drip(part))

    ran = shell.run("flash", "fox", "-i", "a.png", *SHORT, "--json", env={"FLUX2_FAL_URL": stub.url, "FAL_KEY": "a:b"})

    assert (ran.code, ran.json["error"]["code"]) == (5, "network")
    assert ([seen.method for seen in stub.seen], abandoned(stub)) == (["POST", "PUT"], ["/put/a.png"])
    assert shell.run("jobs", "list", "--json").json == []


def test_all_uploads_of_a_request_share_one_deadline(shell: Shell, stub: Stub) -> None:
    for name in "abc":
        (shell.cwd / f"{name}.png").write_bytes(PNG + name.encode())
    place = {"upload_url": f"{stub.url}/put", "file_url": f"{stub.url}/file"}
    stub.on("POST", ".*/storage/.*", Say(body=place))
    stub.on("PUT", ".*", Say(wait=0.4))
    images = ("-i", "a.png", "-i", "b.png", "-i", "c.png")

    ran = shell.run("flash", "fox", *images, *SHORT, env={"FLUX2_FAL_URL": stub.url, "FAL_KEY": "a:b"})

    assert (ran.code, [seen.method for seen in stub.seen]) == (5, ["POST", "PUT", "POST", "PUT"])
    assert "`b.png` could not be uploaded to fal" in ran.err


@pytest.mark.parametrize("part", [part for part in DRIPS if part not in ("chunks", "body")])
def test_an_event_stream_that_never_begins_is_done_without(
    shell: Shell, stub: Stub, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "STREAM_PATIENCE", 0.2)
    script = next(script for script in SCRIPTS if script.provider == "fal")
    script.play(stub)
    stub.first("GET", ".*/status/stream.*", drip(part))

    ran = shell.run("flash", "fox", "--timeout", "20", env=script.env(stub))

    assert (ran.code, len(stub.posts()), states(shell)) == (0, 1, ["saved"])
    assert abandoned(stub)


def test_an_event_that_never_ends_is_over_at_the_deadline_like_all_else(
    shell: Shell, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "STREAM_PATIENCE", 0.3)
    script = next(script for script in SCRIPTS if script.provider == "fal")
    script.play(stub)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    stub.first("GET", ".*/status/stream.*", Say(drip=(head + b'data: {"status', b" ")))
    stub.first("GET", ".*/status", drip("body"))

    ran = shell.run("flash", "fox", "--timeout", "1", "--json", env=script.env(stub))

    assert (ran.code, len(stub.posts()), states(shell)) == (124, 1, ["submitted"])
    assert {path.rpartition("/")[2] for path in abandoned(stub, 2)} == {"stream?logs=1", "status"}


@scripts
def test_a_server_that_never_ends_its_tls_handshake_was_sent_nothing(shell: Shell, script: Script) -> None:
    url = one_connection(hold)
    env = {**script.environ, f"FLUX2_{script.provider.upper()}_URL": url.replace("http:", "https:")}

    ran = shell.run(script.variant, "fox", "-p", script.provider, *SHORT, "--json", env=env)

    assert (ran.code, ran.json["error"]["code"], states(shell)) == (5, "network", ["not-sent"])


@pytest.mark.parametrize("script", INLINE[:2], ids=lambda script: script.provider)
def test_a_submit_that_the_server_does_not_read_to_its_end_was_not_sent(shell: Shell, script: Script) -> None:
    (shell.cwd / "large.png").write_bytes(PNG + b"\x00" * 12_000_000)
    url = one_connection(hold)
    env = {**script.environ, f"FLUX2_{script.provider.upper()}_URL": url}

    ran = shell.run(script.variant, "fox", "-p", script.provider, "-i", "large.png", *SHORT, "--json", env=env)

    assert (ran.code, ran.json["error"]["code"], states(shell)) == (5, "network", ["not-sent"])


@scripts
@parts
def test_a_collected_job_has_a_deadline_of_its_own(shell: Shell, stub: Stub, script: Script, part: str) -> None:
    script.play(stub)
    env = script.env(stub)
    shell.run(script.variant, "fox", "-p", script.provider, "--no-wait", env=env)
    stub.first("GET", script.poll, drip(part), Say(body=script.ready(stub)))

    late = shell.run("jobs", "fetch", *SHORT, env=env)
    waited = shell.run("jobs", "wait", only_job(shell), "--timeout", "20", env=env)

    assert (late.code, waited.code, states(shell), len(stub.posts())) == (124, 0, ["saved"], 1)


@scripts
def test_a_row_of_a_batch_ends_at_its_deadline_and_the_others_are_saved(
    shell: Shell, stub: Stub, script: Script
) -> None:
    (shell.cwd / "p.txt").write_text("one\ntwo\n")
    script.play(stub)
    stub.first("POST", script.submit, drip("headers"), Say(body=script.created(stub)))
    argv = ("batch", "p.txt", "-m", script.variant, "-p", script.provider, "-c", "1", "-o", "out/", *SHORT)

    ran = shell.run(*argv, env=script.env(stub))
    again = shell.run(*argv, env=script.env(stub))

    assert (ran.code, again.code, len(stub.posts())) == (10, 10, 2)
    assert sorted(states(shell)) == ["saved", "unknown"]


@parts
def test_a_cancellation_is_over_after_its_time_and_the_job_can_still_be_collected(
    shell: Shell, stub: Stub, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "_QUERY_SECONDS", 0.3)
    script = next(script for script in SCRIPTS if script.provider == "fal")
    script.play(stub)
    shell.run("flash", "fox", "--no-wait", env=script.env(stub))
    stub.on("PUT", ".*/cancel", drip(part))

    ran = shell.run("jobs", "cancel", only_job(shell), "--json", env=script.env(stub))

    assert (ran.code, ran.json["error"]["code"], states(shell)) == (5, "network", ["submitted"])
    assert ([seen.method for seen in stub.seen], len(abandoned(stub))) == (["POST", "PUT"], 1)


def test_the_doctor_waits_for_no_provider_longer_than_its_time(
    shell: Shell, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_SECONDS", 0.3)
    stub.on("GET", ".*", drip("headers"))

    ran = shell.run("doctor", env={"FLUX2_FAL_URL": stub.url, "FAL_KEY": "a:b"})

    assert f"{stub.url[7:]} did not answer in time" in ran.out
    assert len(abandoned(stub)) == 1
