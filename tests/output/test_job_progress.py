"""The live line: on a terminal only, one line, gone when there is something to say."""

import json
import re

from support.fal_stub import fal
from support.shell import Shell
from support.stub import Say, Stub


def events(*statuses: dict[str, object]) -> Say:
    body = b"".join(b"data: " + json.dumps(status).encode() + b"\n\n" for status in statuses)
    return Say(body=body, headers={"Content-Type": "text/event-stream"})


def waiting(stub: Stub) -> dict[str, str]:
    env = fal(stub)
    told = events(
        {"status": "IN_QUEUE", "queue_position": 2},
        {"status": "IN_PROGRESS", "logs": [{"message": "step 1"}]},
        {"status": "IN_PROGRESS", "logs": [{"message": "step 1"}, {"message": "step 2 \x1b[31m"}]},
        {"status": "COMPLETED", "logs": []},
    )
    stub._rules.insert(0, ("GET", re.compile(".*/status/stream.*"), [told]))
    return env


def test_on_a_terminal_one_line_says_where_the_job_stands(shell: Shell, stub: Stub) -> None:
    ran = shell.run("flash", "fox", terminal=True, env={**waiting(stub), "TERM": "xterm", "NO_COLOR": "1"})

    assert "\r\x1b[2Kqueued, 2 ahead  0 s" in ran.err
    assert "\r\x1b[2Krunning  0 s" in ran.err
    assert ran.err.endswith("\r\x1b[2Ksaved fox-5.png  seed 5  $0.005 (estimated)\n")
    assert ran.out == "fox-5.png\n"
    assert "step 1" not in ran.err


def test_elsewhere_there_is_no_live_line(shell: Shell, stub: Stub) -> None:
    ran = shell.run("flash", "fox", env=waiting(stub))

    assert ran.err == "saved fox-5.png  seed 5  $0.005 (estimated)\n"


def test_verbose_brings_each_line_of_the_models_logs_once(shell: Shell, stub: Stub) -> None:
    ran = shell.run("flash", "fox", "-v", env=waiting(stub))

    lines = ran.err.splitlines()
    assert lines[0].startswith("submitted ")
    assert lines[1:3] == ["log: step 1", "log: step 2 \N{REPLACEMENT CHARACTER}[31m"]
    assert len(lines) == 4


def test_a_dumb_terminal_gets_no_live_line(shell: Shell, stub: Stub) -> None:
    ran = shell.run("flash", "fox", terminal=True, env={**waiting(stub), "TERM": "dumb"})

    assert ran.err == "saved fox-5.png  seed 5  $0.005 (estimated)\n"


def test_quiet_on_a_terminal_is_quiet(shell: Shell, stub: Stub) -> None:
    assert shell.run("flash", "fox", "-q", terminal=True, env=waiting(stub)).err == ""


def test_several_images_without_a_seed_are_counted(shell: Shell, stub: Stub) -> None:
    env = fal(stub)
    images = [{"url": f"{stub.url}/cdn/a.png"}, {"url": f"{stub.url}/cdn/b.png"}]
    stub.first("GET", "/queue/.*/requests/r-1", Say(body={"images": images}))
    stub.first("GET", ".*/status/stream.*", events({"status": "COMPLETED", "logs": []}))

    ran = shell.run("flash", "fox", "--num", "2", "-o", "{index}.{ext}", env=env)

    assert ran.err == ("saved 0.png  image 1 of 2  $0.005 (estimated)\nsaved 1.png  image 2 of 2  $0.005 (estimated)\n")


def test_a_models_log_is_no_command_to_githubs_runner(shell: Shell, stub: Stub) -> None:
    env = fal(stub)
    said = ["::stop-commands::t", " ::add-mask::a", "x ##[add-mask]b", "two\n::error::lines"]
    told = events(
        {"status": "IN_PROGRESS", "logs": [{"message": text} for text in said]}, {"status": "COMPLETED", "logs": []}
    )
    stub.first("GET", ".*/status/stream.*", told)

    ran = shell.run("flash", "fox", "-v", env={**env, "GITHUB_ACTIONS": "true"})

    assert ran.err.splitlines()[1:5] == [
        "log: ::stop-commands::t",
        "log:  ::add-mask::a",
        "log: x ## [add-mask]b",
        "log: two ::error::lines",
    ]
