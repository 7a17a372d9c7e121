"""Sixteen processes on one state directory: nothing doubled, no lock errors, no half files, no budget passed."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest
from support.images import PNG
from support.shell import Shell
from support.stub import Say, Seen, Stub

MANY = 16


def start(shell: Shell, *argv: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "flux2cli", *argv], env={**os.environ, **shell.environ}, cwd=shell.cwd,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def ended(processes: list["subprocess.Popen[bytes]"]) -> list[tuple[int, bytes, bytes]]:
    told = [process.communicate(timeout=100) for process in processes]
    return [(process.returncode, out, err) for process, (out, err) in zip(processes, told, strict=True)]


def provider(shell: Shell, stub: Stub, *, lose: bool = False) -> None:
    """A provider that makes every job at once and counts, or drops each submit's reply."""

    def submit(_: Seen) -> Say:
        number = len(stub.posts())
        return Say(drop=True) if lose else Say(body={"request_id": f"r-{number}"})

    stub.on("POST", "/queue/.*", submit)
    done = b'data: {"status": "COMPLETED", "logs": []}\n\n'
    stub.on("GET", ".*/status/stream.*", Say(body=done, headers={"Content-Type": "text/event-stream"}))
    stub.on("GET", ".*/status", Say(body={"status": "COMPLETED", "logs": []}))
    stub.on("GET", "/queue/.*/requests/r-.*", Say(body={"images": [{"url": f"{stub.url}/cdn/a.png"}], "seed": 5}))
    stub.on("GET", "/cdn/.*", Say(body=PNG))
    shell.environ.update({"FLUX2_FAL_URL": stub.url, "FAL_KEY": "a:b"})


def listed(shell: Shell) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shell.run("jobs", "list", "--json").json
    return found


@pytest.mark.slow
def test_sixteen_first_starts_in_one_directory_make_sixteen_images(shell: Shell, stub: Stub) -> None:
    provider(shell, stub)

    told = ended([start(shell, "flash", "one fox", "-o", "out/") for _ in range(MANY)])

    assert [code for code, _, _ in told] == [0] * MANY, [err for code, _, err in told if code]
    assert len({out for _, out, _ in told}) == MANY, "each has a name of its own"
    names = ["out/one-fox-5.png", *(f"out/one-fox-5-{n}.png" for n in range(2, MANY + 1))]
    assert shell.files() == sorted([*names, *(f"{name}.json" for name in names)])
    assert len(stub.posts()) == MANY
    owners = {json.loads((shell.cwd / f"{name}.json").read_text())["job_id"] for name in names}
    assert owners == {job["job_id"] for job in listed(shell)}
    assert list((shell.state / "run").iterdir()) == []


@pytest.mark.slow
def test_collectors_beside_running_commands_double_nothing(shell: Shell, stub: Stub) -> None:
    provider(shell, stub)
    for n in range(4):
        assert shell.run("flash", f"left {n}", "--no-wait").code == 0
    runs = [start(shell, "flash", f"fox {n}", "-o", f"{n}/") for n in range(8)]
    collectors = [start(shell, "jobs", "fetch", "-q") for _ in range(8)]

    told = ended(runs + collectors)

    assert [code for code, _, _ in told] == [0] * MANY, [err for code, _, err in told if code]
    assert len([name for name in shell.files() if name.endswith(".png")]) == 12
    assert {(job["state"], len(job["files"])) for job in listed(shell)} == {("saved", 1)}
    assert len(stub.posts()) == 12


@pytest.mark.slow
def test_sixteen_processes_never_pass_a_shared_budget(shell: Shell, stub: Stub) -> None:
    provider(shell, stub)
    shell.environ["FLUX2_BUDGET_PER_DAY"] = "0.032"  # six of the sixteen, at $0.005 each

    told = ended([start(shell, "flash", f"fox {n}", "--json") for n in range(MANY)])

    assert sorted(code for code, _, _ in told) == [0] * 6 + [4] * 10
    assert len(stub.posts()) == 6
    spent = sum(Decimal(json.loads(out)["cost"]["amount"]) for code, out, _ in told if code == 0)
    assert spent <= Decimal("0.032")
    refused = [json.loads(out)["error"] for code, out, _ in told if code == 4]
    assert {error["code"] for error in refused} == {"budget"}
    assert all("nothing was sent" in error["message"] for error in refused)
    assert len(listed(shell)) == 6, "a refused run leaves no job"


def test_unknown_jobs_hold_their_budget_until_they_are_resolved(shell: Shell, stub: Stub) -> None:
    provider(shell, stub, lose=True)
    shell.environ["FLUX2_BUDGET_PER_DAY"] = "0.012"

    told = ended([start(shell, "flash", f"fox {n}", "--json") for n in range(4)])
    held = shell.run("flash", "another", "--json")
    first, _ = [job["job_id"] for job in listed(shell)]
    resolved = shell.run("jobs", "resolve", first, "--as", "not-sent")
    freed = shell.run("flash", "another", "--json")

    assert sorted(code for code, _, _ in told) == [4, 4, 9, 9]
    assert (held.code, held.json["error"]["code"]) == (4, "budget")
    assert "$0.00 is spent and $0.01 is held" in held.json["error"]["message"]
    assert resolved.code == 0
    assert freed.code == 9, "it was sent"
    assert len(stub.posts()) == 3
