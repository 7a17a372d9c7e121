"""A mixed batch of 500 rows under faults and kills: it ends, nothing is lost, and no row is paid for twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.batch_server import FaultySandbox
from support.images import PNG

from flux2cli.edges.ledger import Ledger
from flux2cli.sandbox.job_store import Latency

ROWS = 500
FLIGHTS = 8
KINDS: tuple[dict[str, object], ...] = (
    {"variant": "flash", "size": "512x512"},
    {"variant": "flash", "size": "512x512", "num": 2},
    {"variant": "dev", "size": "512x512", "steps": 20, "format": "webp"},
    {"variant": "klein", "size": "256x256", "provider": "bfl"},
    {"variant": "max", "size": "256x256", "provider": "vtrix"},
    {"variant": "turbo", "size": "512x512", "image": "reference.png"},
)


def rows(dice: random.Random) -> list[dict[str, object]]:
    return [{"prompt": f"fox {n}", **dice.choice(KINDS), **({"id": f"row-{n}"} if n % 3 else {})} for n in range(ROWS)]


class Killed:
    """The same batch command, killed at drawn moments and started again."""

    def __init__(self, root: Path, server: FaultySandbox) -> None:
        self.root = root
        self.server = server
        self.submitting: list[int] = []
        self._environ = {
            **os.environ, "FLUX2_STATE_DIR": str(root / "state"), "FLUX2_CONFIG_DIR": str(root / "config"),
            "FLUX2_CACHE_DIR": str(root / "cache"), "FAL_KEY": "a:b", "VTRIX_API_KEY": "v", "BFL_API_KEY": "b",
            "FLUX2_FAL_URL": server.url, "FLUX2_VTRIX_URL": server.url, "FLUX2_BFL_URL": server.url,
        }  # fmt: skip
        self._flags = ["batch", "rows.jsonl", "-o", "out/", "-c", str(FLIGHTS), "--json"]

    def start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "flux2cli", *self._flags], cwd=self.root, env=self._environ,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def kill_at(self, jobs: int) -> None:
        """Start it, and kill it as soon as the provider has made so many jobs."""
        process = self.start()
        until = time.monotonic() + 100
        while self.server.made < jobs and process.poll() is None and time.monotonic() < until:
            time.sleep(0.003)
        assert process.poll() is None, "it was to be killed in the middle"
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.submitting.append(len(self.ledger.jobs(states=("submitting",))))

    def finish(self) -> tuple[int, dict[str, Any], bytes]:
        """Run it to its end: exit code, summary, stderr."""
        process = self.start()
        out, err = process.communicate(timeout=200)
        return process.returncode, json.loads(out.splitlines()[-1]), err

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.root / "state", now=lambda: datetime.now(UTC))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_batch_under_faults_and_kills_loses_nothing_and_pays_nothing_twice(tmp_path: Path) -> None:
    dice = random.Random(20261121)
    asked = rows(dice)
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in asked))
    latency = Latency(queued=0.01, running=0.02)
    with FaultySandbox(seed=7, directory=tmp_path / "emulator", latency=latency) as server:
        (tmp_path / "reference.png").write_bytes(PNG)
        killed = Killed(tmp_path, server)
        for jobs in sorted(dice.sample(range(60, 420), 3)):
            killed.kill_at(jobs)
        code, summary, err = killed.finish()
        paid = server.paid
        struck = server.struck

    assert code == 10, err
    assert [struck[name] > 0 for name in ("429", "lost-reply", "moderated", "broken-download")] == [True] * 4
    assert max(paid.values()) == 1, "no row was paid for twice"
    assert paid.total() >= ROWS - sum(killed.submitting), "every row was sent, but for those whose send was cut off"
    assert all(count <= FLIGHTS for count in killed.submitting)
    assert summary["unknown"] <= struck["lost-reply"] + sum(killed.submitting)
    assert summary["failed"] == len(killed.ledger.jobs(states=("moderated",)))
    assert summary["saved"] + summary["skipped"] + summary["failed"] + summary["unknown"] == ROWS
    _check_files(tmp_path, killed, asked, summary)


def _check_files(root: Path, killed: Killed, asked: list[dict[str, object]], summary: dict[str, Any]) -> None:
    """Every saved row has its images, each with its sidecar, and there is nothing else in the folder."""
    files = {path.name for path in (root / "out").iterdir()}
    images = {name for name in files if not name.endswith(".json")}
    records = [json.loads((root / "out" / f"{name}.json").read_text()) for name in images]
    assert files == images | {f"{name}.json" for name in images}
    found = Counter(record["row"]["key"] for record in records)
    assert len(found) == summary["saved"] + summary["skipped"]
    wanted = {str(row["prompt"]): 2 if "num" in row else 1 for row in asked}
    assert all(found[record["row"]["key"]] == wanted[record["prompt"]] for record in records)
    assert sum(wanted[prompt] for prompt in {record["prompt"] for record in records}) == len(images)
    assert all(
        record["image"]["bytes"] == (root / "out" / record["image"]["file"]).stat().st_size for record in records
    )
    assert {job.state for job in killed.ledger.jobs()} <= {"saved", "unknown", "moderated", "not-sent"}
