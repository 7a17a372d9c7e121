"""Jobs as files: a server started anew, servers side by side, and what goes with time."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from support import plain_http
from support.sandbox_rig import FLASH, Clock, Rig, new_sandbox, running

from flux2cli.sandbox.job_store import EmulatedJob, JobStore, Latency, new_id

MONTH = 31 * 24 * 3600


def ask(rig: Rig, job: str, rest: str = "") -> httpx.Response:
    return rig.http.get(f"/queue/fal-ai/flux-2/requests/{job}{rest}")


def test_a_server_started_anew_knows_the_job_and_draws_the_same_image(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        job = rig.submit(body={"prompt": "a fox"})["request_id"]
        before = ask(rig, job).json()
        image = rig.http.get(before["images"][0]["url"]).content
        old = rig.server.url

    with running(tmp_path) as rig:
        after = ask(rig, job).json()

        assert after["images"][0]["url"].startswith(rig.server.url)
        assert json.dumps(after).replace(rig.server.url, old) == json.dumps(before)
        assert rig.http.get(after["images"][0]["url"]).content == image


def test_a_job_ends_while_no_server_runs(tmp_path: Path) -> None:
    clock = Clock()
    with running(tmp_path, latency=Latency(queued=100, running=100), clock=clock) as rig:
        job = rig.submit()["request_id"]
        waiting = ask(rig, job, "/status").json()["status"]

    clock.now += 150
    with running(tmp_path, clock=clock) as rig:
        runs = ask(rig, job, "/status").json()["status"]
        clock.now += 60
        over = ask(rig, job, "/status").json()["status"]

    assert (waiting, runs, over) == ("IN_QUEUE", "IN_PROGRESS", "COMPLETED")


def test_a_job_keeps_the_fault_that_it_drew(tmp_path: Path) -> None:
    with running(tmp_path, faults=["failed:1"]) as rig:
        bad, good = (rig.submit()["request_id"] for _ in range(2))

    with running(tmp_path) as rig:
        assert [ask(rig, job).status_code for job in (bad, good)] == [500, 200]


def test_servers_side_by_side_share_jobs_files_and_cancellations(tmp_path: Path) -> None:
    slow = Latency(queued=60, running=60)
    with running(tmp_path, latency=slow) as one, running(tmp_path) as two:
        job = one.submit()["request_id"]
        assert ask(one, job, "/status").json()["status"] == "IN_QUEUE"

        path = f"/queue/fal-ai/flux-2/requests/{job}"
        assert two.http.put(f"{path}/cancel").status_code == 202
        assert ask(one, job, "/status").json()["error_type"] == "client_cancelled"

        address = one.upload(b"bytes").replace(one.server.url, two.server.url)
        assert plain_http.get(address).content == b"bytes"


SUBMIT_MANY = """
import sys
from pathlib import Path
import httpx
from flux2cli.providers.registry import routes
from flux2cli.runs.sandbox import emulators
from flux2cli.sandbox.server import Sandbox
server = Sandbox(emulators=emulators(), routes=routes(), directory=Path(sys.argv[1]))
with server, httpx.Client(trust_env=False) as http:
    for _ in range(20):
        reply = http.post(server.url + "/queue/fal-ai/flux-2", json={"prompt": "x"}, headers={"Authorization": "Key a"})
        print(reply.json()["request_id"])
"""


def test_many_processes_on_one_directory_lose_no_job(tmp_path: Path) -> None:
    root = Path(sys.modules["flux2cli"].__file__ or "").parent.parent
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", SUBMIT_MANY, str(tmp_path)]
    ran = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(4)]
    ids = [line for process in ran for line in process.communicate(timeout=60)[0].split()]

    with running(tmp_path) as rig:
        assert len(set(ids)) == 80
        assert {ask(rig, job, "/status").json()["request_id"] for job in ids} == set(ids)
        assert {p.suffix for p in (tmp_path / "jobs").iterdir()} == {".json"}


def test_a_job_file_holds_the_request_and_where_it_stands_is_not_written(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        job = rig.submit(body={"prompt": "a fox", "seed": 7})["request_id"]
        path = tmp_path / "jobs" / f"{job}.json"
        before = path.read_bytes()
        ask(rig, job)

        assert path.read_bytes() == before
        assert json.loads(before)["body"] == {"prompt": "a fox", "seed": 7}
        assert json.loads(before)["endpoint"] == "fal-ai/flux-2/flash"
        assert set(json.loads(before)) == {
            "id", "protocol", "endpoint", "body", "seed", "submitted_at", "queued", "running", "faults", "cancelled_at",
        }  # fmt: skip


def test_a_job_of_an_endpoint_that_is_gone_is_an_unknown_job(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        job = rig.submit()["request_id"]
        path = tmp_path / "jobs" / f"{job}.json"
        path.write_bytes(path.read_bytes().replace(b"fal-ai/flux-2/flash", b"fal-ai/flux-9/glory"))

        assert [ask(rig, job, rest).status_code for rest in ("", "/status", "/status/stream")] == [404, 404, 404]
        assert rig.http.get(f"/cdn/files/b/{job}/0.png").status_code == 404


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"[]", b'{"faults": 3}', b"\xff"])
def test_a_damaged_job_file_is_an_unknown_job(tmp_path: Path, content: bytes) -> None:
    with running(tmp_path) as rig:
        job = new_id()
        (tmp_path / "jobs" / f"{job}.json").write_bytes(content)

        assert ask(rig, job, "/status").status_code == 404


def test_a_start_drops_files_older_than_a_month_once_a_day(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        old, new = (rig.submit()["request_id"] for _ in range(2))
        rig.upload(b"bytes")

    past = time.time() - MONTH
    for path in (tmp_path / "jobs" / f"{old}.json", *(tmp_path / "files").iterdir()):
        os.utime(path, (past, past))
    with running(tmp_path) as rig:
        assert ask(rig, old).status_code == 200  # looked at today already

    os.utime(tmp_path / "swept", (past, past))
    with running(tmp_path) as rig:
        assert (ask(rig, old).status_code, ask(rig, new).status_code) == (404, 200)
        assert list((tmp_path / "files").iterdir()) == []


def test_the_store_sees_what_another_process_wrote_at_once(tmp_path: Path) -> None:
    one, two = JobStore(tmp_path), JobStore(tmp_path)
    job = EmulatedJob(
        id=new_id(), protocol="fal", endpoint="e", body={}, seed=1, submitted_at=0, queued=1, running=1
    )  # fmt: skip
    one.add(job)
    assert one.get(job.id) == two.get(job.id) == job

    two.cancel(job, 0.5)

    seen = one.get(job.id)
    assert seen is not None
    assert seen.cancelled_at == 0.5


def test_a_reader_never_sees_half_a_job(tmp_path: Path) -> None:
    writer, job = JobStore(tmp_path), EmulatedJob(
        id=new_id(), protocol="fal", endpoint="e", body={"prompt": "x" * 300_000}, seed=1,
        submitted_at=0, queued=1, running=1,
    )  # fmt: skip
    writer.add(job)
    over = threading.Event()

    def rewrite() -> None:
        for moment in range(150):
            writer.cancel(job, moment)
        over.set()

    thread = threading.Thread(target=rewrite)
    thread.start()
    seen = []
    while not over.is_set():
        seen.append(JobStore(tmp_path).get(job.id))
    thread.join()

    assert len(seen) > 3
    assert None not in seen


def test_ids_look_like_uuids_and_differ() -> None:
    ids = {new_id() for _ in range(1000)}

    assert len(ids) == 1000
    assert all([len(part) for part in text.split("-")] == [8, 4, 4, 4, 12] for text in ids)


def test_a_directory_that_cannot_be_made_is_an_error_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(NotADirectoryError):
        new_sandbox(tmp_path / "file" / "state").start()


def test_parallel_submits_are_all_kept(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        threads = [threading.Thread(target=rig.submit, args=(FLASH,)) for _ in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(list((tmp_path / "jobs").glob("*.json"))) == 24
