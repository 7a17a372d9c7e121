"""What goes wrong, by the sandbox's faults and by scripted servers: exit code, sentence, and what is on record."""

import time
from typing import Any

import pytest
from support.fal_stub import fal
from support.images import PNG
from support.shell import Shell
from support.stub import Say, Seen, Stub


def jobs(shell: Shell, *argv: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shell.run("jobs", "list", "--json", *argv).json
    return found


@pytest.mark.parametrize(
    ("fault", "code", "exit_code", "state"),
    [
        ("lost-reply", "unknown", 9, "unknown"),
        ("lost-before", "unknown", 9, "unknown"),
        ("401", "auth", 3, "rejected"),
        ("403-balance", "balance", 4, "rejected"),
        ("422", "usage", 2, "rejected"),
        ("500", "unknown", 9, "unknown"),
        ("502", "unknown", 9, "unknown"),
        ("moderated", "moderated", 6, "moderated"),
        ("failed", "provider_failed", 7, "failed"),
        ("html-download", "not_saved", 8, "ready"),
        ("missing-download", "not_saved", 8, "ready"),
        ("not-json", "unknown", 9, "unknown"),
        ("unknown-fields", "unknown", 9, "unknown"),
    ],
)
def test_a_fault_ends_with_its_own_exit_code_and_record(
    shell: Shell, fault: str, code: str, exit_code: int, state: str
) -> None:
    ran = shell.run("flash", "fox", "--sandbox", "--json", env={"FLUX2_SANDBOX_FAULT": fault})

    assert ran.code == exit_code
    assert ran.json["error"]["code"] == code
    assert ran.json["error"]["exit_code"] == exit_code
    assert ran.json["error"]["job_id"] == jobs(shell, "--sandbox")[0]["job_id"]
    assert jobs(shell, "--sandbox")[0]["state"] == state
    assert ran.err.startswith("error: ")
    assert shell.files() == [], "nothing half-written"


@pytest.mark.parametrize("fault", ["429:1", "503:1", "broken-download:1", "stream-cut", "stream-buffered"])
def test_what_can_be_mended_is_mended(shell: Shell, fault: str) -> None:
    ran = shell.run("flash", "fox", "--seed", "1", "--sandbox", env={"FLUX2_SANDBOX_FAULT": fault})

    assert ran.code == 0, ran.err
    assert shell.files() == ["fox-1.png", "fox-1.png.json"]


def test_a_lost_reply_is_not_sent_again_unless_told_to(shell: Shell) -> None:
    lost = shell.run("flash", "fox", "--sandbox", "--json", env={"FLUX2_SANDBOX_FAULT": "lost-reply"})
    refused = shell.run("flash", "fox", "--sandbox", "--json")
    other = shell.run("flash", "another fox", "--sandbox", "--json")
    again = shell.run("flash", "fox", "--sandbox", "--json", "--resubmit-unknown")

    assert [ran.code for ran in (lost, refused, other, again)] == [9, 9, 0, 0]
    assert refused.json["error"]["job_id"] == lost.json["error"]["job_id"]
    assert "--resubmit-unknown" in refused.json["error"]["hint"]


def test_an_image_takes_exactly_four_requests(shell: Shell, stub: Stub) -> None:
    ran = shell.run("flash", "fox", env=fal(stub))

    assert ran.code == 0, ran.err
    assert [(seen.method, seen.path) for seen in stub.seen] == [
        ("POST", "/queue/fal-ai/flux-2/flash"),
        ("GET", "/queue/fal-ai/flux-2/requests/r-1/status/stream?logs=1"),
        ("GET", "/queue/fal-ai/flux-2/requests/r-1"),
        ("GET", "/cdn/a.png"),
    ]


def test_the_key_goes_to_the_api_and_not_to_where_images_lie(shell: Shell, stub: Stub) -> None:
    with Stub() as elsewhere:
        elsewhere.on("GET", ".*", Say(body=PNG))
        env = fal(stub)
        stub.on("GET", "never", Say())
        stub._rules.insert(
            0,
            (
                "GET",
                __import__("re").compile("/queue/.*/requests/r-1"),
                [Say(body={"images": [{"url": f"{elsewhere.url}/a.png?sig=x"}], "seed": 5})],
            ),
        )

        ran = shell.run("flash", "fox", env=env)

        assert ran.code == 0, ran.err
        assert all("authorization" in seen.headers for seen in stub.seen)
        assert "authorization" not in elsewhere.seen[0].headers
    everything = ran.out + ran.err + "".join(p.read_text("utf-8", "replace") for p in shell.cwd.rglob("*"))
    everything += "".join(p.read_text("utf-8", "replace") for p in shell.state.rglob("*") if p.is_file())
    assert "very-secret" not in everything


def test_a_reply_that_misses_the_seed_and_the_size_is_enough(shell: Shell, stub: Stub) -> None:
    ran = shell.run("flash", "fox", "-o", "{seed}-{request_id}.{ext}", "--json", env=fal(stub, seed=None))

    [image] = ran.json["images"]
    assert (image["width"], image["height"]) == (1, 1), "read from the bytes"
    assert ran.json["seed"] is None
    assert image["path"] == f"{ran.json['job_id']}-r-1.png", "a field without a value is the job id"


@pytest.mark.parametrize(
    "reply",
    [
        Say(body=b""),
        Say(body=b"<html>oops</html>"),
        Say(body={}),
        Say(body=b"[" * 100_000),
        Say(body=b"x" * 50_000_000),
        Say(status=204),
    ],
    ids=["empty", "html", "no fields", "deep", "50 MB", "204"],
)
def test_a_submit_reply_that_says_nothing_is_unknown_and_posted_once(shell: Shell, stub: Stub, reply: Say) -> None:
    ran = shell.run("flash", "fox", "--json", env=fal(stub, submit=reply))

    assert ran.json["error"]["code"] == "unknown"
    assert len(stub.posts()) == 1


def test_no_wait_prints_the_job_and_fetch_collects_it(shell: Shell, stub: Stub) -> None:
    env = fal(stub)

    left = shell.run("flash", "fox", "--no-wait", env=env)
    listed = jobs(shell)
    fetched = shell.run("jobs", "wait", left.out.strip()[:4], env=env)

    assert left.code == 0
    assert listed[0]["job_id"] == left.out.strip()
    assert listed[0]["state"] == "submitted"
    assert fetched.out == "fox-5.png\n"
    assert len(stub.posts()) == 1


def test_the_time_given_ends_the_wait_and_not_the_job(shell: Shell, stub: Stub) -> None:
    env = fal(stub)
    stub._rules = [rule for rule in stub._rules if "status" not in rule[1].pattern]
    stub.on("GET", ".*/status", Say(status=202, body={"status": "IN_PROGRESS", "logs": None}))

    started = time.monotonic()
    ran = shell.run("flash", "fox", "--timeout", "1", "--json", env=env)

    assert (ran.code, ran.json["error"]["code"]) == (124, "timeout")
    assert time.monotonic() - started < 10
    assert jobs(shell)[0]["state"] == "submitted"


def test_an_identical_running_job_is_named_and_is_no_obstacle(shell: Shell, stub: Stub) -> None:
    env = fal(stub)
    left = shell.run("flash", "fox", "--no-wait", env=env)

    ran = shell.run("flash", "fox", env=env)

    assert ran.code == 0
    assert f"hint: an identical job is submitted: `flux2 jobs wait {left.out.strip()}` collects it" in ran.err


def test_the_intent_is_on_record_before_the_post(shell: Shell, stub: Stub) -> None:
    rows: list[list[dict[str, Any]]] = []

    def look(_: Seen) -> Say:
        rows.append(jobs(shell))
        return Say(status=422, body={"detail": "no"})

    stub.on("POST", ".*", look)

    shell.run("flash", "fox", env={"FLUX2_FAL_URL": stub.url, "FAL_KEY": "a:b"})

    assert rows[0][0]["state"] == "submitting"
    assert rows[0][0]["prompt"] == "fox"


def test_no_provider_there_is_exit_5_and_nothing_to_worry_about(shell: Shell) -> None:
    ran = shell.run(
        "flash", "fox", "--timeout", "0.3", "--json", env={"FLUX2_FAL_URL": "http://127.0.0.1:1", "FAL_KEY": "a:b"}
    )

    assert (ran.code, ran.json["error"]["code"], ran.json["error"]["retry"]) == (5, "network", "safe")
    assert jobs(shell)[0]["state"] == "not-sent"
