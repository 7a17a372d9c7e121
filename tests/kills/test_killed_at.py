"""A process that is killed at a chosen instant, from the start of its imports to its last write to the books."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support import SUPPORT
from support.kill_checks import broken_promises
from support.kill_server import CountingSandbox
from support.shell import Shell

from flux2cli.edges.ledger import Ledger
from flux2cli.sandbox.job_store import Latency

LEDGER = "flux2cli.edges.ledger.ledger:Ledger"
POINTS = [
    # When, function, call, and the job's state for the next process; None where there is no job yet.
    ("before", "flux2cli.cli:_command_line", 1, None),
    ("before", "flux2cli.edges.ledger.open_database:_create", 1, None),
    ("after", "flux2cli.edges.ledger.open_database:_create", 1, None),
    ("after", "flux2cli.edges.ledger.open_database:_migrate", 1, None),
    ("before", "flux2cli.edges.places:prepare_directory", 1, None),
    ("after", "flux2cli.edges.places:_try_to_write", 1, None),
    ("before", f"{LEDGER}.begin", 1, None),
    ("before", "flux2cli.edges.ledger.job_rows:insert", 1, None),
    ("after", "flux2cli.edges.ledger.job_rows:insert", 1, None),
    ("after", f"{LEDGER}.begin", 1, "unknown"),
    ("before", "flux2cli.edges.http:Http.send", 1, "unknown"),
    ("after", "flux2cli.edges.http:Http.send", 1, "unknown"),
    ("before", f"{LEDGER}.record", 1, "unknown"),
    ("after", "flux2cli.edges.ledger.job_rows:change", 1, "unknown"),
    ("after", f"{LEDGER}.record", 1, "submitted"),
    ("before", "flux2cli.edges.http:Http.events", 1, "submitted"),
    ("after", "flux2cli.edges.http:Http.send", 2, "submitted"),
    ("after", f"{LEDGER}.record", 2, "ready"),
    ("before", "flux2cli.edges.http:Http.download", 1, "ready"),
    ("before", "flux2cli.edges.files.parts:Part.write", 1, "ready"),
    ("after", "flux2cli.edges.files.parts:Part.write", 1, "ready"),
    ("after", "flux2cli.edges.files.parts:Part.finish", 1, "ready"),
    ("after", f"{LEDGER}.choose", 1, "ready"),
    ("after", "flux2cli.edges.files.claim:overwrite_file", 1, "ready"),
    ("after", "flux2cli.edges.files.claim:_put", 1, "ready"),
    ("after", "flux2cli.edges.files.claim:_put", 2, "ready"),
    ("after", "flux2cli.edges.files:claim", 1, "ready"),
    ("before", "flux2cli.edges.ledger.job_rows:save_files", 1, "ready"),
    ("after", "flux2cli.edges.ledger.job_rows:save_files", 1, "ready"),
    ("after", "flux2cli.edges.files:claim", 2, "ready"),
    ("before", f"{LEDGER}.record", 3, "ready"),
    ("after", f"{LEDGER}.record", 3, "saved"),
    ("before", f"{LEDGER}.release", 1, "saved"),
    ("before", "flux2cli.output.job_result:show_result", 1, "saved"),
    ("before", f"{LEDGER}.close", 1, "saved"),
]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[CountingSandbox]:
    with CountingSandbox(directory=tmp_path / "emulator", latency=Latency(queued=0, running=0)) as running:
        yield running
    assert list(running.errors) == []


@pytest.fixture
def real(shell: Shell, server: CountingSandbox) -> Shell:
    """A shell whose provider is the emulator, with a key."""
    shell.environ.update({"FLUX2_FAL_URL": server.url, "FAL_KEY": "id:secret"})
    return shell


def killed(shell: Shell, when: str, point: str, nth: int, *argv: str) -> int:
    script = SUPPORT / "killed_at.py"
    ran = subprocess.run(
        [sys.executable, str(script), when, point, str(nth), *argv], env={**os.environ, **shell.environ},
        cwd=shell.cwd, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    return ran.returncode


FOXES = ("flash", "fox", "--seed", "7", "--num", "2", "-o", "out/{seed}/fox.{ext}", "-s", "512x512")


@pytest.mark.parametrize(("when", "point", "nth", "state"), POINTS)
def test_a_run_killed_there_is_completed_without_paying_twice(
    real: Shell, server: CountingSandbox, when: str, point: str, nth: int, state: str | None
) -> None:
    assert killed(real, when, point, nth, *FOXES) == -9
    listed = real.run("jobs", "list", "--json").json
    assert [job["state"] for job in listed] == ([state] if state else [])

    fetched = real.run("jobs", "fetch")
    assert fetched.code == 0, fetched.err
    if state is None:
        assert real.run(*FOXES).code == 0
    elif state == "unknown":
        assert listed[0]["job_id"] in fetched.err
        refused = real.run(*FOXES)
        assert refused.code == 9
        assert real.run(*FOXES, "--resubmit-unknown").code == 0

    assert real.files() == [f"out/7/fox{n}.png{x}" for n in ("-2", "") for x in ("", ".json")]
    assert server.posts["fox"] <= 1 + (state == "unknown")
    ledger = Ledger(real.state, now=lambda: datetime.now(UTC))
    jobs = ledger.jobs()
    ledger.close()
    assert broken_promises(real.cwd, real.state, jobs, server.posts) == []
    assert Counter(job.state for job in jobs) == Counter(["saved"] + (["unknown"] if state == "unknown" else []))


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize(
    "point", ["flux2cli.edges.files.claim:_put", "flux2cli.edges.files.parts:Part.finish", f"{LEDGER}.record"]
)
def test_a_fetch_to_another_place_that_is_killed_leaves_nothing_there(real: Shell, point: str, nth: int) -> None:
    job = real.run(*FOXES, "--no-wait").out.strip()

    assert killed(real, "after", point, nth, "jobs", "fetch", job, "-o", "first/") == -9
    assert killed(real, "after", point, 1, "jobs", "fetch", job, "-o", "second/") == -9
    real.run("jobs", "fetch")

    assert [name for name in real.files() if name.endswith(".part")] == []
    assert len([name for name in real.files() if name.endswith(".png")]) == 2
    [listed] = real.run("jobs", "list", "--json").json
    assert (listed["state"], len(listed["files"])) == ("saved", 2)


@pytest.mark.parametrize(
    ("when", "point", "freed"),
    [("before", "flux2cli.edges.ledger.job_rows:insert", True),
     ("after", "flux2cli.edges.ledger.job_rows:insert", True),
     ("after", f"{LEDGER}.begin", False), ("after", "flux2cli.edges.http:Http.send", False)],
)  # fmt: skip
def test_a_killed_process_leaves_nothing_reserved_but_its_unknown(
    real: Shell, server: CountingSandbox, when: str, point: str, freed: bool
) -> None:
    real.environ["FLUX2_BUDGET_PER_DAY"] = "0.005"

    assert killed(real, when, point, 1, "flash", "fox") == -9
    another = real.run("flash", "another")
    if not freed:
        assert another.code == 4
        [unknown] = real.run("jobs", "list", "--json").json
        real.run("jobs", "resolve", unknown["job_id"], "--as", "not-sent")
        another = real.run("flash", "another")

    assert another.code == 0, another.err
    assert server.posts["another"] == 1
