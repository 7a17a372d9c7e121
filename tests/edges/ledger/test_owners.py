"""The ledger under many processes and threads, and under SIGKILL. Real processes on real files."""

import fcntl
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support import SUPPORT

import flux2cli
from flux2cli.core.job.job import Job
from flux2cli.core.request.output_path import Output
from flux2cli.edges.ledger import Ledger, new_job_id
from flux2cli.errors import UnknownOutcomeError
from flux2cli.wire import Result

CHILD = SUPPORT / "ledger_child.py"
ENVIRON = {**os.environ, "PYTHONPATH": str(Path(flux2cli.__file__).parents[1])}


@dataclass
class Children:
    """Processes on one state directory, all of them ended by the end of the test."""

    directory: Path
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, action: str, *arguments: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, CHILD, self.directory, action, *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRON,
        )  # fmt: skip
        self.running.append(child)
        return child

    def end(self) -> None:
        for child in self.running:
            child.kill()
            child.communicate()


def said(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def tell(child: subprocess.Popen[str], line: str = "go") -> None:
    assert child.stdin is not None
    child.stdin.write(line + "\n")
    child.stdin.flush()


def kill(child: subprocess.Popen[str]) -> str:
    """SIGKILL; what it had said and was not read yet."""
    child.send_signal(signal.SIGKILL)
    assert child.stdout is not None
    rest = child.stdout.read()  # not `communicate`: it passes over what `readline` has taken in ahead
    child.wait()
    return rest


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    all_of_them = Children(tmp_path / "state")
    yield all_of_them
    all_of_them.end()


@pytest.fixture
def another(children: Children) -> Iterator[Callable[[], Ledger]]:
    """Makes ledgers on the children's directory; each stands for one more process, with an owner lock of its own."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(Ledger(children.directory, now=lambda: datetime.now(UTC))))


def a_job(request_key: str) -> Job:
    return Job(
        job_id=new_job_id(), state="submitting", provider="fal", variant="flash", endpoint="fal-ai/flux-2/flash",
        mode="text", request_key=request_key, created_at="2026-03-01T10:00:00.000Z",
        updated_at="2026-03-01T10:00:00.000Z", prompt="a fox", seed=None, payload={}, payload_sha256="0" * 64,
        output=Output(directory="/tmp", name="{slug}.{ext}"),
    )  # fmt: skip


def lock_files(children: Children) -> list[str]:
    return sorted(file.name for file in (children.directory / "run").iterdir())


def test_sixteen_processes_make_the_ledger_and_write_20_jobs_each_at_once(
    children: Children, another: Callable[[], Ledger]
) -> None:
    started = [children.start("write_many", f"p{number}", "20") for number in range(16)]
    for child in started:
        assert said(child) == "ready"
    assert not children.directory.exists()
    for child in started:
        tell(child)
    for child in started:
        assert child.communicate(timeout=60)[1] == ""
        assert child.returncode == 0
    jobs = another().jobs()
    assert len(jobs) == 320
    assert {job.request_id for job in jobs} == {f"p{p}-{n}" for p in range(16) for n in range(20)}
    assert {job.state for job in jobs} == {"submitted"}
    assert lock_files(children) == []


def test_a_killed_process_leaves_its_submitting_job_unknown_and_its_lock_file_is_swept(
    children: Children, another: Callable[[], Ledger]
) -> None:
    child = children.start("begin_and_hold", "fox")
    job_id = said(child)
    kill(child)
    assert [name.startswith(f"{child.pid}-") for name in lock_files(children)] == [True]
    ledger = another()
    [lost] = ledger.recover()
    assert (lost.job_id, lost.state, lost.owner) == (job_id, "unknown", None)
    assert lost.error is not None
    assert lost.error.message == "The process that sent the job ended before it recorded the reply."
    assert lock_files(children) == []
    assert ledger.recover() == []


def test_an_identical_job_after_a_kill_is_refused_with_exit_9_until_it_is_allowed(
    children: Children, another: Callable[[], Ledger]
) -> None:
    child = children.start("begin_and_hold", "fox")
    job_id = said(child)
    kill(child)
    ledger = another()
    with pytest.raises(UnknownOutcomeError, match=job_id) as refusal:
        ledger.begin(a_job("fox"))
    assert (refusal.value.exit_code, refusal.value.job_id) == (9, job_id)
    assert refusal.value.hint is not None
    assert f"flux2 jobs show {job_id}" in refusal.value.hint
    assert "--resubmit-unknown" in refusal.value.hint
    assert [job.state for job in ledger.jobs()] == ["unknown"]  # marked, although the begin was refused
    assert ledger.begin(a_job("owl")).state == "submitting"
    assert ledger.begin(a_job("fox"), allow_unknown=True).state == "submitting"


def test_a_live_process_keeps_its_job_and_a_dead_ones_can_be_claimed(
    children: Children, another: Callable[[], Ledger]
) -> None:
    child = children.start("submit_and_hold", "fox")
    job_id = said(child)
    ledger = another()
    assert ledger.recover() == []
    assert ledger.claim(job_id) is None
    owner = ledger.get(job_id).owner
    assert owner is not None
    assert ledger.owner_alive(owner)
    kill(child)
    assert not ledger.owner_alive(owner)
    claimed = ledger.claim(job_id)
    assert claimed is not None
    assert claimed.state == "submitted"
    assert claimed.owner in lock_files(children)
    assert claimed.owner != owner
    assert another().claim(job_id) is None


def test_a_live_process_that_is_submitting_is_not_taken_for_dead(
    children: Children, another: Callable[[], Ledger]
) -> None:
    job_id = said(children.start("begin_and_hold", "fox"))
    ledger = another()
    assert ledger.begin(a_job("fox")).state == "submitting"
    assert ledger.claim(job_id) is None
    assert ledger.get(job_id).state == "submitting"


def test_a_submitting_job_that_is_claimed_from_a_dead_process_is_unknown(
    children: Children, another: Callable[[], Ledger]
) -> None:
    child = children.start("begin_and_hold", "fox")
    job_id = said(child)
    kill(child)
    claimed = another().claim(job_id)
    assert claimed is not None
    assert claimed.state == "unknown"
    assert claimed.owner is not None


def test_a_process_that_ends_in_good_order_removes_its_lock_file(
    children: Children, another: Callable[[], Ledger]
) -> None:
    child = children.start("submit_and_hold", "fox")
    job_id = said(child)
    assert len(lock_files(children)) == 1
    assert child.communicate("")[1] == ""
    assert lock_files(children) == []
    assert another().claim(job_id) is not None


def test_each_job_is_claimed_by_one_of_eight_processes_at_once(
    children: Children, another: Callable[[], Ledger]
) -> None:
    books = another()
    ids = [books.begin(a_job(f"fox-{number}")).job_id for number in range(40)]
    for job_id in ids:
        books.update(job_id, state="submitted", request_id=job_id)
    books.close()
    started = [children.start("claim_all") for _ in range(8)]
    for child in started:
        assert said(child) == "ready"
    for child in started:
        tell(child)
    got = [line for child in started for line in iter(lambda child=child: said(child), "done")]  # type: ignore[misc]
    assert sorted(got) == sorted(ids)


def test_a_job_whose_begin_returned_survives_every_kill(children: Children, another: Callable[[], Ledger]) -> None:
    durable: set[str] = set()
    for number in range(10):
        child = children.start("begin_forever", f"fox-{number}")
        durable.add(said(child))
        time.sleep(random.random() * 0.05)  # any instant will do
        rest = kill(child)
        durable.update(line.strip() for line in rest.splitlines(keepends=True) if line.endswith("\n"))
    ledger = another()
    ledger.recover()
    jobs = ledger.jobs()
    assert durable <= {job.job_id for job in jobs}
    assert len(jobs) <= len(durable) + 10  # at most the one in hand when the kill came
    assert {job.state for job in jobs} == {"unknown"}


def test_a_process_stopped_in_the_middle_is_alive(children: Children, another: Callable[[], Ledger]) -> None:
    child = children.start("begin_and_hold", "fox")
    job_id = said(child)
    child.send_signal(signal.SIGSTOP)
    assert another().claim(job_id) is None
    child.send_signal(signal.SIGCONT)


def test_a_program_that_a_dead_process_started_does_not_keep_its_lock(another: Callable[[], Ledger]) -> None:
    ledger = another()
    job = ledger.begin(a_job("fox"))
    program = [sys.executable, "-c", "print('up', flush=True); input()"]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, close_fds=False
    ) as running:
        assert said(running) == "up"
        os.close(ledger._owners._descriptor)  # as the kernel does when the process dies
        claimed = another().claim(job.job_id)
        running.communicate("\n")
    ledger._owners._name = None
    assert claimed is not None
    assert claimed.state == "unknown"


def test_no_lock_file_is_made_or_swept_while_another_process_sweeps(
    children: Children, another: Callable[[], Ledger]
) -> None:
    busy, late = another(), another()
    busy.jobs()
    stale = children.directory / "run" / "1-dead.lock"
    stale.touch()
    with (children.directory / "run.lock").open() as guard, ThreadPoolExecutor(2) as pool:
        fcntl.flock(guard, fcntl.LOCK_EX)
        making, sweeping = pool.submit(busy.begin, a_job("fox")), pool.submit(late.jobs)
        assert wait([making], timeout=0.1).not_done
        assert not sweeping.done()
        assert lock_files(children) == ["1-dead.lock"]
        fcntl.flock(guard, fcntl.LOCK_UN)
        owner = making.result().owner
        sweeping.result()
    assert lock_files(children) == [owner]


def test_sixteen_threads_share_one_ledger(children: Children, another: Callable[[], Ledger]) -> None:
    ledger = another()

    def one(number: int) -> str | None:
        job = ledger.begin(a_job(f"fox-{number}"))
        ledger.update(job.job_id, state="submitted", request_id=f"r-{number}")
        ledger.jobs(limit=3)
        ledger.update(job.job_id, state="ready", result=Result(images=(), seed=number))
        return ledger.update(job.job_id, state="saved").owner

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(one, range(160))) == [None] * 160
    jobs = ledger.jobs(newest_first=False)
    assert {(job.request_id, job.result.seed) for job in jobs if job.result} == {(f"r-{n}", n) for n in range(160)}
    assert {job.state for job in jobs} == {"saved"}
    assert len(lock_files(children)) == 1
