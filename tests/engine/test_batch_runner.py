"""Batches where something goes wrong in the middle: files that change, books that break, folders half there."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from support.batches import LARGER, again, batch, images
from support.farm import Farm, lines
from support.shell import Shell
from support.stub import Say, Seen, Stub

from flux2cli.core.batch.claims import RowClaim
from flux2cli.core.batch.preflight import PendingRow
from flux2cli.core.batch.resume import RetryChoice
from flux2cli.core.batch.row import Row
from flux2cli.core.batch.row_events import RowFinished
from flux2cli.core.job import retry
from flux2cli.core.job.job import JobError
from flux2cli.core.job.spec import JobSpec
from flux2cli.core.request.build import build_request
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.route import choose_route
from flux2cli.edges.http import Http
from flux2cli.edges.ledger import Ledger
from flux2cli.engine import Engine
from flux2cli.engine.batch_runner import BatchRunner
from flux2cli.events import Event
from flux2cli.wire import Target


def foxes(count: int) -> str:
    return "".join(f"fox {n}\n" for n in range(count))


def test_a_dry_run_shows_the_requests_that_would_be_sent_and_what_is_collected(shell: Shell, farm: Farm) -> None:
    assert batch(shell, farm, "--no-wait", text="a fox\n").code == 0

    ran = batch(shell, farm, "--dry-run", text="a fox\nan owl\n")

    assert ran.err == "2 rows: 1 to collect, 1 to send, $0.005 (estimated)\n"
    first, second = ran.out.splitlines()
    assert first.startswith("prompts.txt:1  ready (job ")
    assert second.startswith("prompts.txt:2  new  POST ")


def test_the_label_of_the_settings_holds_for_rows_without_their_own(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "p.csv").write_text("prompt,label,output\na fox,zoo,a.png\nan owl,,b.png\n")
    argv = ("batch", "p.csv", "-m", "flash", "-o", "out/")

    ran = shell.run(*argv, env={**farm.env, "FLUX2_LABEL": "woods"})

    assert ran.code == 0, ran.err
    sidecars = [json.loads((shell.cwd / f"out/{name}.png.json").read_text()) for name in "ab"]
    assert [sidecar["label"] for sidecar in sidecars] == ["zoo", "woods"]


def test_a_run_with_nothing_to_do_makes_no_folder(shell: Shell, farm: Farm) -> None:
    ran = batch(shell, farm, "--limit", "0", text="a fox\n")

    assert (ran.code, shell.files()) == (0, ["prompts.txt"])
    assert not (shell.cwd / "out").exists()


# --- what stops a batch --------------------------------------------------------------------------------------------


def test_the_first_thing_that_stops_a_batch_decides_the_exit_code(shell: Shell, farm: Farm, stub: Stub) -> None:
    farm.fates["fox 0"] = ["401"]
    broke = Say(status=403, body={"detail": "User is locked. Reason: Exhausted balance."}, wait=0.4)
    stub.first("POST", "/queue/.*", lambda seen: broke if seen.json["prompt"] == "fox 1" else farm.submit(seen))

    ran = batch(shell, farm, "-c", "2", "--json", text=foxes(2))

    told = lines(ran.out)
    assert ran.code == 3
    assert [t["error"]["code"] for t in told[:-1]] == ["auth", "balance", "auth"]
    assert (told[-1]["failed"], told[-1]["not_sent"]) == (2, 0)


def test_rows_that_wait_for_a_place_at_the_provider_are_not_sent_after_the_key_was_refused(
    shell: Shell, stub: Stub
) -> None:
    stub.on("POST", "/v1/.*", Say(status=403, body={"detail": "Not authenticated"}, wait=0.3))
    (shell.cwd / "p.txt").write_text(foxes(40))
    env = {"FLUX2_BFL_URL": stub.url, "BFL_API_KEY": "k"}

    ran = shell.run("batch", "p.txt", "-m", "klein", "-p", "bfl", "-s", "64x64", "-o", "out/", "-c", "40", env=env)

    assert ran.code == 3, ran.err
    assert len(stub.posts()) <= 24


def test_a_row_over_the_budget_for_an_image_is_named_before_anything_is_sent(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "p.csv").write_text("prompt,variant\na fox,flash\nan owl,max\n")
    argv = ("batch", "p.csv", "-o", "out/")

    ran = shell.run(*argv, env={**farm.env, "FLUX2_BUDGET_PER_IMAGE": "0.01"})

    assert ran.code == 4
    assert ran.err.startswith("error: p.csv:3: ")
    assert farm.prompts == []


def test_a_mistake_in_this_program_fails_its_rows_and_is_not_hidden(shell: Shell, farm: Farm) -> None:
    request = build_request(choose_route("flash", "fal", "text"), {"prompt": "a fox"})
    row = Row(
        number=1, file="p.txt", line=1, key="0" * 32, request=request,
        output=Output(directory=str(shell.cwd / "out"), name="{slug}.{ext}"),
    )  # fmt: skip
    asked: list[int] = []
    ends: list[Event] = []

    def order(row: Row, _claim: RowClaim) -> JobSpec:
        asked.append(row.number)
        raise ZeroDivisionError

    with closing(Ledger(shell.state, now=lambda: datetime.now(UTC))) as books:
        engine = Engine(http=Http(farm.env), ledger=books, now=lambda: datetime.now(UTC), listen=ends.append)
        runner = BatchRunner(
            engine=engine, root="/out", siblings=set(), retry=RetryChoice(), spec=order, concurrency=1,
            target=lambda _: Target(base="http://127.0.0.1:9", key=None),
        )  # fmt: skip
        stopped = runner.run(iter([(row, PendingRow.of(row, "send", None))] * 2))

    assert (stopped, asked) == (None, [1, 1])
    assert [str(end.error) for end in ends if isinstance(end, RowFinished)] == [
        "Something went wrong that should not have (ZeroDivisionError)."
    ] * 2


def test_unknown_rows_count_as_failures_that_stop_a_batch(shell: Shell, farm: Farm) -> None:
    for n in range(6):
        farm.fates[f"fox {n}"] = ["lost"]

    ran = batch(shell, farm, "-c", "1", "--max-failures", "2", "--json", text=foxes(6))

    assert ran.code == 10
    assert farm.prompts == ["fox 0", "fox 1"]
    assert (lines(ran.out)[-1]["unknown"], lines(ran.out)[-1]["not_sent"]) == (2, 4)


def test_what_an_earlier_run_could_not_settle_does_not_stop_this_one(shell: Shell, farm: Farm) -> None:
    for n in range(3):
        farm.fates[f"fox {n}"] = [("lost", "422", "moderated")[n]]
    assert batch(shell, farm, "-c", "1", text=foxes(3)).code == 10

    ran = batch(shell, farm, "-c", "1", "--max-failures", "1", text=foxes(6))

    assert farm.prompts == [f"fox {n}" for n in range(6)]
    assert ran.code == 10
    assert "6 rows: 3 saved, 2 failed, 1 unknown" in ran.err


def test_jobs_still_running_are_no_failures(shell: Shell, farm: Farm, stub: Stub) -> None:
    stub.first("GET", ".*/status.*", Say(body={"status": "IN_PROGRESS", "logs": []}))

    ran = batch(shell, farm, "-c", "3", "--max-failures", "1", "--timeout", "0.3", text=foxes(3))

    assert ran.code == 10
    assert "3 rows: 3 submitted" in ran.err
    assert "failures" not in ran.err


def test_what_is_saved_while_a_stopped_batch_waits_for_a_reply_is_not_said_to_be_unsent(
    shell: Shell, farm: Farm, stub: Stub
) -> None:
    (shell.cwd / "p.txt").write_text(foxes(3))
    stub.first("GET", "/cdn/.*", Say(body=LARGER, wait=0.4))

    def submit(seen: Seen) -> Say:
        return replace(farm.submit(seen), wait=1.0 if seen.json["prompt"] == "fox 2" else 0.0)

    stub.first("POST", "/queue/.*", submit)
    command = [sys.executable, "-m", "flux2cli", "batch", "p.txt", "-m", "flash", "-o", "out/", "-c", "3", "--json"]
    run = subprocess.Popen(
        command, env={**os.environ, **shell.environ, **farm.env}, cwd=shell.cwd,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    until = time.monotonic() + 20
    while sum("/cdn/" in seen.path for seen in stub.seen) < 2 or len(farm.prompts) < 3:
        assert time.monotonic() < until
        time.sleep(0.01)
    run.send_signal(signal.SIGTERM)
    out, err = run.communicate(timeout=20)

    assert run.returncode == 143, err
    done = lines(out.decode())[-1]
    assert (done["unknown"], done["failed"], done["not_sent"]) == (0, 0, 0)
    assert 1 <= done["saved"] <= len(images(shell))
    assert done["saved"] + done["submitted"] == 3
    assert Decimal(done["cost"]["amount"]) == Decimal("0.005") * done["saved"]
    assert again(shell, farm, name="p.txt").code == 0
    assert farm.paid == {"fox 0": 1, "fox 1": 1, "fox 2": 1}


def test_rows_that_wait_to_be_tried_again_when_a_batch_is_stopped_were_not_sent(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "p.txt").write_text(foxes(3))
    farm.fates["fox 0"] = ["429"]
    farm.retry_after = "60"
    command = [sys.executable, "-m", "flux2cli", "batch", "p.txt", "-m", "flash", "-o", "out/", "-c", "1", "--json"]
    run = subprocess.Popen(
        command, env={**os.environ, **shell.environ, **farm.env}, cwd=shell.cwd,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    until = time.monotonic() + 20
    while "fox 0" not in farm.prompts:
        assert time.monotonic() < until
        time.sleep(0.01)
    time.sleep(0.2)
    run.send_signal(signal.SIGTERM)
    out, err = run.communicate(timeout=20)

    assert run.returncode == 143, err
    done = lines(out.decode())[-1]
    assert {name: done[name] for name in ("saved", "submitted", "unknown", "failed", "not_sent")} == {
        "saved": 0, "submitted": 0, "unknown": 0, "failed": 0, "not_sent": 3,
    }  # fmt: skip


def test_a_stopped_batch_waits_for_no_download(shell: Shell, farm: Farm, stub: Stub) -> None:
    (shell.cwd / "p.txt").write_text(foxes(1))
    stub.first("GET", "/cdn/.*", Say(body=LARGER, wait=9.0))
    command = [sys.executable, "-m", "flux2cli", "batch", "p.txt", "-m", "flash", "-o", "out/"]
    run = subprocess.Popen(
        command, env={**os.environ, **shell.environ, **farm.env}, cwd=shell.cwd,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    until = time.monotonic() + 20
    while not any("/cdn/" in seen.path for seen in stub.seen):
        assert time.monotonic() < until
        time.sleep(0.01)
    began = time.monotonic()
    run.send_signal(signal.SIGTERM)
    _, err = run.communicate(timeout=20)

    assert run.returncode == 143, err
    assert time.monotonic() - began < 6
    assert b"1 row: 1 submitted" in err


# --- how fast they follow each other -------------------------------------------------------------------------------


@pytest.mark.parametrize(("retry_after", "least", "most"), [("0.5", 0.45, 9.0), (None, 0.0, 0.8)])
def test_a_time_that_the_provider_names_holds_rows_that_have_not_begun(
    shell: Shell,
    farm: Farm,
    stub: Stub,
    monkeypatch: pytest.MonkeyPatch,
    retry_after: str | None,
    least: float,
    most: float,
) -> None:
    """Without one the next row goes out after a short gap, while the refused one waits a second or so."""
    monkeypatch.setattr(retry, "backoff", lambda *_, **__: 1.0)
    farm.fates["fox 0"] = ["429", "ok"]
    farm.retry_after = retry_after
    times: dict[str, float] = {}

    def submit(seen: Seen) -> Say:
        times.setdefault(seen.json["prompt"], time.monotonic())
        return replace(farm.submit(seen), wait=0.2 if seen.json["prompt"] == "fox 1" else 0.0)

    stub.first("POST", "/queue/.*", submit)

    ran = batch(shell, farm, "-c", "2", text=foxes(3))

    assert ran.code == 0, ran.err
    assert least <= times["fox 2"] - times["fox 0"] <= most


# --- beside another process, for which a ledger of its own stands --------------------------------------------------


@pytest.fixture
def other(shell: Shell) -> Iterator[Ledger]:
    with closing(Ledger(shell.state, now=lambda: datetime.now(UTC))) as other:
        yield other


def test_a_row_that_another_process_follows_is_taken_over_when_that_ends(
    shell: Shell, farm: Farm, other: Ledger
) -> None:
    assert batch(shell, farm, "--no-wait", text=foxes(1)).code == 0
    (job,) = other.jobs()
    assert other.claim(job.job_id) is not None
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(again, shell, farm)
        time.sleep(0.2)
        assert not run.done(), "it looks again and again"
        other.close()
        ran = run.result(timeout=20)

    assert (ran.code, ran.out) == (0, "out/fox-0-1001.png\n")
    assert ran.err.startswith("1 row: 1 with another process\n")
    assert farm.paid == {"fox 0": 1}


@pytest.mark.parametrize("flags", [[], ["--retry-failed"]])
def test_a_row_that_another_process_submits_is_judged_by_its_end_there(
    shell: Shell, farm: Farm, other: Ledger, flags: list[str]
) -> None:
    farm.fates["fox 0"] = ["422", "ok"]
    assert batch(shell, farm, text=foxes(1)).code == 10
    (job,) = other.jobs()
    sent = other.begin(replace(job, job_id="aaaaaaaa", state="submitting", error=None))
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(again, shell, farm, *flags)
        time.sleep(0.2)
        assert not run.done(), "what it came to is not known yet"
        other.record(sent.job_id, state="rejected", error=JobError(code="usage", message="Too odd."))
        ran = run.result(timeout=20)

    assert ran.code == (0 if flags else 10), ran.err
    assert farm.prompts == ["fox 0"] * (2 if flags else 1)


def test_a_row_that_another_process_takes_before_its_turn_is_not_forgotten(
    shell: Shell, farm: Farm, stub: Stub, other: Ledger
) -> None:
    assert batch(shell, farm, "--no-wait", text="fox 1\n").code == 0
    (job,) = other.jobs()

    def submit(seen: Seen) -> Say:
        assert other.claim(job.job_id) is not None
        threading.Timer(0.2, other.close).start()
        return farm.submit(seen)

    stub.first("POST", "/queue/.*", submit)

    ran = batch(shell, farm, "-c", "1", text=foxes(2))

    assert ran.code == 0, ran.err
    assert ran.err.endswith("2 rows: 2 saved  $0.01 (estimated)\n")
    assert farm.paid == {"fox 0": 1, "fox 1": 1}


# --- rows that ask for the same ------------------------------------------------------------------------------------


def test_a_row_does_not_wait_for_news_of_its_twin(shell: Shell, farm: Farm) -> None:
    """The same line twice: that the reply to one was lost says nothing about the other."""
    farm.fates["a fox"] = ["lost", "ok"]

    ran = batch(shell, farm, "-c", "1", text="a fox\na fox\n")

    assert ran.code == 10
    assert farm.paid == {"a fox": 2}
    assert "2 rows: 1 saved, 1 unknown" in ran.err


def test_a_row_whose_request_is_in_doubt_elsewhere_is_unknown_and_not_sent(shell: Shell, farm: Farm) -> None:
    farm.fates["a fox"] = ["lost"]
    assert shell.run("flash", "a fox", env=farm.env).code == 9

    ran = batch(shell, farm, "--json", text="a fox\n")

    assert ran.code == 10
    assert farm.paid == {"a fox": 1}
    assert lines(ran.out)[-1]["unknown"] == 1


# --- books that break ----------------------------------------------------------------------------------------------


def test_books_that_break_under_a_batch_leave_the_request_ids_on_stdout(shell: Shell, farm: Farm, stub: Stub) -> None:
    """The ids may stand nowhere else."""

    def submit(seen: Seen) -> Say:
        said = farm.submit(seen)
        for file in shell.state.glob("ledger.sqlite3*"):
            with file.open("r+b") as content:
                content.write(b"\xff" * file.stat().st_size)
        return said

    stub.first("POST", "/queue/.*", submit)

    ran = batch(shell, farm, "-c", "1", "--json", text=foxes(6))

    told = lines(ran.out)
    assert ran.code == 1
    assert farm.paid == {"fox 0": 1}, "nothing is sent that cannot be written down"
    assert [(t["error"]["code"], t["error"]["request_id"], t.get("row")) for t in told[:-1]] == [
        ("internal", "r-1", 1), ("internal", "r-1", None),
    ]  # fmt: skip
    assert {name: told[-1][name] for name in ("saved", "unknown", "not_sent")} == {
        "saved": 0, "unknown": 1, "not_sent": 5,
    }  # fmt: skip


def test_a_seed_that_comes_twice_in_a_long_list_is_found_at_once(shell: Shell, farm: Farm) -> None:
    ran = shell.run("flash", "a fox", "--seeds", "1..99998,99998", "-o", "out/", env=farm.env)

    assert ran.code == 2
    assert "has the seed 99998 twice" in ran.err
