"""Batches beside other processes, and killed ones: every row is paid for once, whoever works on it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter

from support.farm import Farm, lines
from support.shell import Shell
from support.stub import Say, Stub


def start(shell: Shell, farm: Farm, *argv: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "flux2cli", "batch", "prompts.txt", "-m", "flash", "-o", "out/", "--json", *argv],
        env={**os.environ, **shell.environ, **farm.env}, cwd=shell.cwd,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def prompts(shell: Shell, count: int) -> None:
    (shell.cwd / "prompts.txt").write_text("".join(f"fox {n}\n" for n in range(count)))


def images(shell: Shell) -> list[str]:
    return [name for name in shell.files() if name.endswith(".png")]


def test_two_identical_batches_share_the_work(shell: Shell, farm: Farm) -> None:
    prompts(shell, 40)
    for n in range(40):
        farm.fates[f"fox {n}"] = ["slow"] if n % 4 == 0 else ["ok"]

    runs = [start(shell, farm, "-c", "4") for _ in range(2)]
    told = [run.communicate(timeout=90) for run in runs]

    assert [run.returncode for run in runs] == [0, 0], [err for _, err in told]
    assert farm.paid == Counter({f"fox {n}": 1 for n in range(40)})
    assert len(images(shell)) == 40
    sums = [lines(out.decode())[-1] for out, _ in told]
    assert sum(done["saved"] for done in sums) == 40
    assert [done["saved"] + done["skipped"] for done in sums] == [40, 40]


def test_a_batch_beside_one_with_other_rows_and_collectors(shell: Shell, farm: Farm) -> None:
    prompts(shell, 30)
    one = start(shell, farm, "-c", "4")
    collectors = [
        subprocess.Popen(
            [sys.executable, "-m", "flux2cli", "jobs", "fetch", "-q"],
            env={**os.environ, **shell.environ, **farm.env},
            cwd=shell.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]

    one.communicate(timeout=90)
    assert [c.communicate(timeout=90)[1] for c in collectors] == [b""] * 4

    assert one.returncode == 0
    assert set(farm.paid.values()) == {1}
    assert len(images(shell)) == 30


def test_a_killed_batch_goes_on_where_it_was(shell: Shell, farm: Farm) -> None:
    prompts(shell, 60)
    first = start(shell, farm, "-c", "4")
    while len(farm.prompts) < 20:
        time.sleep(0.005)
    first.send_signal(signal.SIGKILL)
    first.communicate()

    second = start(shell, farm, "-c", "4")
    out, err = second.communicate(timeout=90)

    done = lines(out.decode())[-1]
    assert done["unknown"] <= 4, "no more than were on the wire"
    assert second.returncode == (10 if done["unknown"] else 0), err
    assert max(farm.paid.values()) == 1
    assert len(images(shell)) == 60 - done["unknown"]
    assert not list((shell.cwd / "out").glob(".*"))


def test_ctrl_c_names_what_is_in_flight_and_the_same_command_goes_on(shell: Shell, farm: Farm) -> None:
    prompts(shell, 40)
    for n in range(40):
        farm.fates[f"fox {n}"] = ["slow"]
    first = start(shell, farm, "-c", "4")
    while len(farm.prompts) < 10:
        time.sleep(0.005)
    first.send_signal(signal.SIGINT)
    out, err = first.communicate(timeout=20)

    assert first.returncode == 130
    documents = lines(out.decode())
    assert documents[-1]["schema"] == "flux2cli/batch/1"
    assert documents[-2]["error"]["code"] == "interrupted"
    assert b"hint: the same command goes on with what is left" in err
    sent = len(farm.prompts)
    assert sent < 40
    summary = documents[-1]
    assert 1 <= summary["submitted"] <= 4
    assert summary["saved"] + summary["submitted"] + summary["unknown"] + summary["not_sent"] == 40
    assert summary["not_sent"] in (40 - sent, 41 - sent), "one may be saved between the last look and the count"

    second = start(shell, farm, "-c", "8")
    out, err = second.communicate(timeout=90)

    assert second.returncode == 0, err
    assert max(farm.paid.values()) == 1
    assert len(images(shell)) == 40


def test_a_batch_waits_for_a_row_that_dies_with_its_process(shell: Shell, farm: Farm, stub: Stub) -> None:
    """The other process was killed while it followed the row: this one takes over."""
    prompts(shell, 1)
    stub.first("GET", ".*/status.*", Say(body={"status": "IN_PROGRESS", "logs": []}))
    first = start(shell, farm)
    while not any("/status" in seen.path for seen in stub.seen):
        time.sleep(0.01)
    second = start(shell, farm)
    time.sleep(1.0)
    assert second.poll() is None, "it waits"
    stub._rules.pop(0)
    first.kill()
    first.communicate()

    out, err = second.communicate(timeout=60)

    assert second.returncode == 0, err
    assert lines(out.decode())[-1]["saved"] == 1
    assert farm.paid == {"fox 0": 1}


def test_shards_on_machines_of_their_own_and_one_run_over_all(shell: Shell, farm: Farm) -> None:
    prompts(shell, 40)
    for part in ("1/3", "2/3", "3/3"):
        shell.environ["FLUX2_STATE_DIR"] = str(shell.state.with_name(f"state-{part[0]}"))
        ran = shell.run("batch", "prompts.txt", "-m", "flash", "-o", "out/", "--shard", part, env=farm.env)
        assert ran.code == 0, ran.err
    assert farm.paid == Counter({f"fox {n}": 1 for n in range(40)})

    shell.environ["FLUX2_STATE_DIR"] = str(shell.state.with_name("state-all"))
    whole = shell.run("batch", "prompts.txt", "-m", "flash", "-o", "out/", env=farm.env)

    assert (whole.code, whole.err) == (0, "40 rows: 40 done already\n")


def test_a_closed_stdout_ends_the_batch(shell: Shell, farm: Farm) -> None:
    prompts(shell, 40)
    run = start(shell, farm, "-c", "2")
    assert run.stdout is not None
    run.stdout.readline()
    run.stdout.close()

    run.communicate(timeout=30)

    assert run.returncode == 141
    again = start(shell, farm)
    out, _ = again.communicate(timeout=60)
    assert again.returncode == 0
    assert max(farm.paid.values()) == 1
    assert json.loads(out.splitlines()[-1])["failed"] == 0


def test_two_runs_that_replace_and_restore_share_the_work(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "prompts.txt").write_text("")

    def rows(prompt: str) -> None:
        (shell.cwd / "p.csv").write_text("id,prompt\n" + "".join(f"r{n},{prompt} {n}\n" for n in range(12)))

    def run(*argv: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "flux2cli", "batch", "p.csv", "-m", "flash", "-o", "out/", "-c", "4", *argv],
            env={**os.environ, **shell.environ, **farm.env}, cwd=shell.cwd,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    rows("fox")
    run().communicate(timeout=60)
    before = images(shell)
    rows("owl")
    for round_ in ("--update", None):
        if round_ is None:
            for name in images(shell)[:6]:
                (shell.cwd / name).unlink()
        both = [run(*([round_] if round_ else [])) for _ in range(2)]
        told = [process.communicate(timeout=90) for process in both]
        assert [process.returncode for process in both] == [0, 0], [err for _, err in told]

    assert farm.paid == Counter({f"{word} {n}": 1 for word in ("fox", "owl") for n in range(12)})
    assert images(shell) == before
    assert not [path.name for path in (shell.cwd / "out").iterdir() if path.name.startswith(".")]
