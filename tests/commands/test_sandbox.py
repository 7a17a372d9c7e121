"""`flux2 sandbox` as a server of its own, for flux2 and for others."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support import plain_http
from support.shell import Shell
from support.stub import Say, Stub

from flux2cli.edges.ledger import Ledger


@contextmanager
def _serving(tmp_path: Path, *argv: str, env: dict[str, str] | None = None) -> Iterator[str]:
    """`flux2 sandbox` in a process of its own: its URL, and what it logs is checked at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "flux2cli", "sandbox", "--port", "0", *argv],
        env={
            **os.environ,
            "FLUX2_STATE_DIR": str(tmp_path / "server"),
            "FLUX2_CONFIG_DIR": str(tmp_path / "config"),
            **(env or {}),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.send_signal(signal.SIGINT)
    _, log = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "--log" not in argv or "POST /queue/fal-ai/flux-2/flash 429" in log


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    with _serving(tmp_path, "--latency", "0", "--balance", "0.008", "--fault", "429:1", "--log") as url:
        yield url


def test_jobs_through_the_address_are_marked_and_the_balance_runs_down(shell: Shell, server: str) -> None:
    env = {"FLUX2_FAL_URL": server, "FAL_KEY": "any"}

    first = shell.run("flash", "fox", "--seed", "1", "--json", env=env)
    second = shell.run("flash", "cat", "--json", env=env)
    third = shell.run("flash", "dog", "--json", env=env)

    assert (first.code, first.json["sandbox"], first.json["cost"]["source"]) == (0, True, "sandbox")
    assert json.loads((shell.cwd / "fox-1.png.json").read_text())["sandbox"] is True
    assert [first.code, second.code, third.code].count(4) >= 1
    assert third.json["error"]["code"] == "balance"
    assert plain_http.get(server).headers["x-flux2-sandbox"] == "1"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--fault", "nonsense"], "error: `--fault`: there is no fault `nonsense`.\nhint: known: lost-before, "),
        (["--fault", "429:1,lost-repl"], "there is no fault `lost-repl`.\nhint: did you mean `lost-reply`?"),
        (["--fault", "402=2"], "error: `--fault`: the fault `402` takes no number: `402=2`.\nhint: `flux2 sandbox"),
        (["reste"], "did you mean `reset`?"),
        (["--balance", "much"], "no amount of dollars"),
        (["--port", "99999"], "--port"),
        (["--latency", "-1"], "--latency"),
        (["--latency", "inf"], "`--latency`: `inf` is no number of seconds."),
    ],
)
def test_what_makes_no_sense_is_refused(shell: Shell, argv: list[str], said: str) -> None:
    ran = shell.run("sandbox", *argv)

    assert ran.code == 2
    assert said in ran.err


def test_a_port_that_is_taken(shell: Shell, server: str) -> None:
    ran = shell.run("sandbox", "--port", server.rpartition(":")[2])

    assert ran.code == 2
    assert "--port 0 picks a free one" in ran.err
    shell.run("flash", "fox", env={"FLUX2_FAL_URL": server, "FAL_KEY": "any"})


def test_the_faults_are_listed(shell: Shell) -> None:
    assert "lost-reply" in shell.run("sandbox", "--fault", "list").out


def test_an_unknown_fault_in_the_environment(shell: Shell) -> None:
    ran = shell.run("flash", "fox", "--sandbox", env={"FLUX2_SANDBOX_FAULT": "nonsense"})

    assert ran.code == 2
    assert "FLUX2_SANDBOX_FAULT" in ran.err


@pytest.mark.parametrize(
    ("name", "value"), [("FLUX2_SANDBOX_FAULT", "zz"), ("FLUX2_SANDBOX_FAULT", "429:"), ("FLUX2_SANDBOX_LATENCY", "zz")]
)
@pytest.mark.parametrize("words", ["jobs fetch", "jobs fetch --json", "batch fox.txt -m flash -o out/"])
def test_a_variable_without_a_meaning_is_refused_where_nothing_is_left_to_do(
    shell: Shell, words: str, name: str, value: str
) -> None:
    (shell.cwd / "fox.txt").write_text("a fox\n")
    shell.run("batch", "fox.txt", "-m", "flash", "-o", "out/", "--sandbox")

    ran = shell.run(*words.split(), "--sandbox", env={name: value})

    assert ran.code == 2
    assert f"`{name}`: " in ran.err
    assert shell.run("jobs", "fetch", env={name: value}).code == 0, "no sandbox, no matter"


@pytest.mark.parametrize(
    ("provider", "fault", "said"),
    [
        ("fal", "402", "fal has no fault `402`; vtrix and bfl have it."),
        ("fal", "401:0,foreign-poll:50%", "fal has no fault `foreign-poll`; bfl has it."),
        ("vtrix", "upload-failed", "vtrix has no fault `upload-failed`; fal has it."),
        ("bfl", "stream-stall", "bfl has no fault `stream-stall`; fal has it."),
    ],
)
def test_a_fault_that_the_provider_lacks_is_refused(shell: Shell, provider: str, fault: str, said: str) -> None:
    ran = shell.run("pro", "fox", "-p", provider, "--sandbox", env={"FLUX2_SANDBOX_FAULT": fault})

    assert ran.code == 2
    assert ran.err == (
        f"error: `FLUX2_SANDBOX_FAULT`: {said}\nhint: `flux2 sandbox --fault list` names the providers of each\n"
    )
    assert shell.run("jobs", "list", "--sandbox", "--json").json == []


def test_one_provider_of_a_batch_is_enough_to_have_a_fault(shell: Shell) -> None:
    (shell.cwd / "two.csv").write_text("prompt,provider\nfox,fal\nowl,vtrix\n")
    batch = ("batch", "two.csv", "-m", "pro", "-o", "out/", "--sandbox")

    lacking = shell.run(*batch, env={"FLUX2_SANDBOX_FAULT": "foreign-poll"})
    struck = shell.run(*batch, env={"FLUX2_SANDBOX_FAULT": "402"})

    assert lacking.code == 2
    assert "fal and vtrix have no fault `foreign-poll`; bfl has it." in lacking.err
    assert struck.code == 4
    assert "out of" in struck.err or "lack of credits" in struck.err


def test_a_reset_forgets_what_was_sent_and_keeps_images_and_the_real_ledger(shell: Shell, stub: Stub) -> None:
    stub.on("POST", ".*", Say(status=422, body={"detail": "no"}))
    shell.run("flash", "real", env={"FLUX2_FAL_URL": stub.url, "FAL_KEY": "a:b"})
    shell.run("flash", "fox", "--sandbox", "-o", "fox.png")
    shell.run("flash", "owl", "--sandbox", "--no-wait")
    lost = shell.run("flash", "moth", "--sandbox", env={"FLUX2_SANDBOX_FAULT": "lost-reply"})
    refused = shell.run("flash", "moth", "--sandbox")

    reset = shell.run("sandbox", "reset")

    assert (lost.code, refused.code, reset.code) == (9, 9, 0)
    assert (reset.out, reset.err) == ("3 jobs removed from the sandbox's ledger, 3 from its emulator\n", "")
    assert shell.run("jobs", "list", "--sandbox", "--json").json == []
    assert [job["prompt"] for job in shell.run("jobs", "list", "--json").json] == ["real"]
    assert (shell.cwd / "fox.png").exists()
    assert (shell.cwd / "fox.png.json").exists()
    assert shell.run("flash", "moth", "--sandbox").code == 0


def test_a_reset_twice_or_of_a_new_sandbox_removes_nothing_and_makes_nothing(shell: Shell) -> None:
    for _ in range(2):
        ran = shell.run("sandbox", "reset", "--json")

        assert ran.json == {"ok": True, "schema": "flux2cli/sandbox-reset/1", "ledger": 0, "emulator": 0}
    assert not (shell.state / "sandbox").exists()


def test_a_reset_waits_for_no_run_and_takes_nothing_from_it(shell: Shell) -> None:
    job = shell.run("flash", "fox", "--sandbox", "--no-wait", "--json").json["job_id"]
    with contextlib.closing(Ledger(shell.state / "sandbox", now=lambda: datetime.now(UTC))) as another_process:
        assert another_process.claim(job) is not None
        refused = shell.run("sandbox", "reset")

    assert refused.code == 2
    assert "A run in the sandbox is not over yet." in refused.err
    assert [left["job_id"] for left in shell.run("jobs", "list", "--sandbox", "--json").json] == [job]
    assert shell.run("sandbox", "reset").code == 0


@pytest.mark.parametrize("latency", ["soon", "-1", "nan", "inf", "0,5"])
@pytest.mark.parametrize("argv", [("flash", "fox", "--sandbox"), ("sandbox", "--port", "0")], ids=" ".join)
def test_a_latency_in_the_environment_that_is_none(shell: Shell, argv: tuple[str, ...], latency: str) -> None:
    ran = shell.run(*argv, env={"FLUX2_SANDBOX_LATENCY": latency})

    assert ran.code == 2
    assert f"`FLUX2_SANDBOX_LATENCY`: `{latency}` is no number of seconds." in ran.err


@pytest.mark.parametrize(
    ("latency", "queued", "running"), [("0", 0, 0), ("0.1", 0.03, 0.07), ("", 0.15, 0.35), (None, 0.15, 0.35)]
)
def test_the_environment_says_how_long_a_job_takes(
    shell: Shell, latency: str | None, queued: float, running: float
) -> None:
    del shell.environ["FLUX2_SANDBOX_LATENCY"]

    shell.run("flash", "fox", "--sandbox", env={} if latency is None else {"FLUX2_SANDBOX_LATENCY": latency})

    (file,) = (shell.state / "sandbox" / "jobs").iterdir()
    job = json.loads(file.read_text())
    assert (job["queued"], job["running"]) == pytest.approx((queued, running))


def test_a_server_takes_its_latency_from_the_environment_unless_it_is_given(tmp_path: Path) -> None:
    took = {}
    for argv in ((), ("--latency", "9")):
        with _serving(tmp_path, *argv, env={"FLUX2_SANDBOX_LATENCY": "3"}) as url:
            made = plain_http.post(
                f"{url}/queue/fal-ai/flux-2/flash",
                json={"prompt": "fox"},
                headers={"Authorization": "Key any"},
            ).json()
        file = tmp_path / "server" / "sandbox" / "jobs" / f"{made['request_id']}.json"
        job = json.loads(file.read_text())
        took[argv] = job["queued"] + job["running"]

    assert took == pytest.approx({(): 3, ("--latency", "9"): 9})
