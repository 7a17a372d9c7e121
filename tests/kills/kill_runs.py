"""Runs many `flux2` processes against one emulator and kills them at random instants: `python kill_runs.py --kills N`.

The instants follow what was learnt: each stage that the server can see is as likely as any other, and the moment
within it is drawn from how long that stage took before.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from support.kill_checks import broken_promises, without_image
from support.kill_server import STAGES, CountingSandbox

from flux2cli.core.job.job import Job
from flux2cli.edges.ledger import Ledger
from flux2cli.sandbox.job_store import Latency

_SHAPES: tuple[tuple[str, ...], ...] = (
    ("-o", "out/"),
    ("-o", "same/image.{ext}"),
    ("-o", "two/{seed}/{index}.{ext}", "--num", "2"),
    ("-o", "explicit/{label}.png"),  # filled in below: one file, named before anything is sent
    ("-o", "inline/", "--inline-result"),
    ("-o", "later/", "--no-wait"),
)
_FIRST_GUESS = 0.05
_GIVE_UP_SECONDS = 60.0


@dataclass
class Report:
    """What happened. `at` counts kills by stage, `found` by what the books said afterwards."""

    commands: int = 0
    runs: int = 0
    kills: int = 0
    posts: int = 0
    unknown: int = 0
    seconds: float = 0.0
    at: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Runs:
    """One emulator, one state directory, and processes that are killed until `kills` is reached."""

    def __init__(self, root: Path, *, seed: int, kills: int, seconds: float = 1e9) -> None:
        self.report = Report()
        self._random = random.Random(seed)
        self._kills = kills
        self._until = time.monotonic() + seconds
        self._begun: set[int] = set()
        self._lock = threading.Lock()
        self._gaps: dict[str, list[float]] = defaultdict(list)
        self._work, self._state = root / "work", root / "state"
        self._work.mkdir()
        self._server = CountingSandbox(directory=root / "emulator", latency=Latency(queued=0.02, running=0.03))
        self._ledger = Ledger(self._state, now=lambda: datetime.now(UTC))
        self._environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("FLUX2_", "FAL_"))},
            "FLUX2_STATE_DIR": str(self._state),
            "FLUX2_CONFIG_DIR": str(root / "config"),
            "FLUX2_CACHE_DIR": str(root / "cache"),
            "FAL_KEY": "id:secret",
        }

    def play(self, commands: int, *, slots: int = 4, log: Callable[[str], None] = lambda _: None) -> Report:
        """Run the commands, kill, collect, send again what is unknown, and compare everything."""
        began = time.monotonic()
        prompts = {n: f"prompt {n}" for n in range(commands)}
        with self._server, ThreadPoolExecutor(slots) as pool:
            self._environ["FLUX2_FAL_URL"] = self._server.url
            list(pool.map(lambda n: self._pursue(n, log), prompts))
            while self.report.kills < self._kills and not self.report.odd:  # the quota of runs that were over too soon
                n = len(prompts)
                more = {n + i: f"prompt {n + i}" for i in range(min(slots, self._kills - self.report.kills))}
                prompts |= more
                list(pool.map(lambda n: self._pursue(n, log), more))
            prompts = {n: prompts[n] for n in self._begun}
            self._expect(0, "jobs", "fetch")
            self._check_listed(prompts)
            jobs = self._jobs()
            left = [n for n, prompt in prompts.items() if prompt in without_image(jobs, list(prompts.values()))]
            list(pool.map(self._run, [(n, self._argv(n, again=True), False) for n in left]))
            self._expect(0, "jobs", "fetch")
            self._expect(0, "jobs", "list")
        jobs = self._jobs()
        self._ledger.close()
        report = self.report
        report.wrong += broken_promises(self._work, self._state, jobs, self._server.posts)
        report.wrong += [f"`{p}` has no image" for p in without_image(jobs, list(prompts.values()))]
        report.wrong += [f"the emulator has a bug: {trace}" for trace in self._server.errors]
        report.commands, report.posts = len(prompts), sum(self._server.posts.values())
        report.unknown = sum(job.state == "unknown" for job in jobs)
        report.seconds = time.monotonic() - began
        return report

    def _pursue(self, n: int, log: Callable[[str], None]) -> None:
        """One prompt, until it is saved or has no kills left to survive. What is unknown may be sent again, or not."""
        if time.monotonic() > self._until:
            return
        self._begun.add(n)
        quota = self._quota()
        while True:
            argv = self._next(n, quota)
            if argv is None:
                return
            killing = quota > 0 and self._claim_kill()
            quota -= 1
            ended = self._run((n, argv, killing))
            if killing and ended != "killed":
                with self._lock:
                    self.report.kills -= 1
            if ended == "odd":
                return
            if killing and self.report.kills % 50 == 0:
                log(f"{self.report.kills} kills")

    def _next(self, n: int, quota: int) -> list[str] | None:
        self._ledger.recover()
        jobs = self._ledger.jobs(label=f"p{n}")
        live = [job for job in jobs if job.state in ("submitted", "ready")]
        if live:
            every = self._draw() < 0.2
            return ["jobs", "fetch", "-q", *([] if every else [live[0].job_id])]
        if any(job.state == "saved" for job in jobs):
            return None
        if any(job.state == "unknown" for job in jobs):
            return self._argv(n, again=True) if quota > 0 and self._draw() < 0.5 else None
        return self._argv(n)

    def _argv(self, n: int, *, again: bool = False) -> list[str]:
        shape = [word.replace("{label}", f"p{n}") for word in _SHAPES[n % len(_SHAPES)]]
        words = ["flash", f"prompt {n}", "--label", f"p{n}", "--seed", str(n), "-s", "512x512", *shape]
        return [*words, "--resubmit-unknown"] if again else words

    def _run(self, what: tuple[int, list[str], bool]) -> str:
        """Run one process: `killed` when a kill met it alive, `odd` when it ended as it should not, else `done`."""
        n, argv, killing = what
        prompt = f"prompt {n}"
        self._server.forget(prompt)
        process = subprocess.Popen(
            [sys.executable, "-m", "flux2cli", *argv], env=self._environ, cwd=self._work, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        began = time.monotonic()
        stage = self._kill(process, prompt, began) if killing else "none"
        _, err = process.communicate(timeout=_GIVE_UP_SECONDS)
        with self._lock:
            self.report.runs += 1
            self._learn(self._server.reached(prompt), began, killed=process.returncode == -9)
            if process.returncode == -9:
                self.report.at[stage] += 1
        if process.returncode == -9:
            self._note_state(n)
            return "killed"
        if process.returncode and b"being worked on by another process" not in err:
            self.report.odd.append(f"{argv} ended with {process.returncode}: {err.decode()}")
            return "odd"
        return "done"

    def _kill(self, process: "subprocess.Popen[bytes]", prompt: str, began: float) -> str:
        """Kill it some time after a stage that is drawn at random; the stage."""
        with self._lock:
            stage = self._random.choice(STAGES)
            window = 1.1 * median(self._gaps[stage][-30:] or [_FIRST_GUESS])
            delay = self._random.uniform(0, window)
        until = time.monotonic() + _GIVE_UP_SECONDS
        while stage != "start" and process.poll() is None and time.monotonic() < until:
            if self._server.wait_for(prompt, stage, 0.1):
                began = self._server.reached(prompt).get(stage, began)
                break
        time.sleep(max(0.0, began + delay - time.monotonic()))
        process.kill()
        return stage

    def _learn(self, reached: dict[str, float], began: float, *, killed: bool) -> None:
        """How long each stage took, until the next one or the end of the process."""
        times = sorted({**reached, "start": began}.items(), key=lambda item: item[1])
        for (stage, at), (_, then) in pairwise(times):
            self._gaps[stage].append(then - at)
        if not killed:
            self._gaps[times[-1][0]].append(time.monotonic() - times[-1][1])

    def _note_state(self, n: int) -> None:
        jobs = self._ledger.jobs(label=f"p{n}", limit=1)
        with self._lock:
            self.report.found[jobs[0].state if jobs else "nothing"] += 1

    def _quota(self) -> int:
        with self._lock:
            return self._random.choice((1, 1, 2, 3))

    def _draw(self) -> float:
        with self._lock:
            return self._random.random()

    def _claim_kill(self) -> bool:
        with self._lock:
            if time.monotonic() > self._until:
                self._kills = min(self._kills, self.report.kills)
            if self.report.kills >= self._kills:
                return False
            self.report.kills += 1
            return True

    def _expect(self, code: int, *argv: str) -> str:
        ran = subprocess.run([sys.executable, "-m", "flux2cli", *argv], env=self._environ, cwd=self._work,
                             capture_output=True, text=True, check=False)  # fmt: skip
        if ran.returncode != code:
            self.report.odd.append(f"{argv} ended with {ran.returncode}: {ran.stderr}")
        return ran.stdout + ran.stderr

    def _check_listed(self, prompts: dict[int, str]) -> None:
        """After `jobs fetch`, each prompt has its image, or is listed as unknown."""
        said = self._expect(0, "jobs", "list", "--state", "unknown")
        jobs = self._jobs()
        for prompt in without_image(jobs, list(prompts.values())):
            if not any(job.job_id in said for job in jobs if job.prompt == prompt):
                self.report.wrong.append(f"`{prompt}` has no image and is not listed as unknown")

    def _jobs(self) -> list[Job]:
        return self._ledger.jobs()


def main() -> int:
    """The long form: as many kills as asked for, and what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=2000)
    parser.add_argument("--commands", type=int, help="prompts; default: four for five kills")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)))
    parser.add_argument("--minutes", type=float, default=1e7, help="end with fewer kills when they are over")
    parser.add_argument("--slots", type=int, default=4, help="processes at a time")
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)  # noqa: T201
    with tempfile.TemporaryDirectory() as folder:
        runs = Runs(Path(folder), seed=given.seed, kills=given.kills, seconds=given.minutes * 60)
        report = runs.play(given.commands or given.kills * 4 // 5, slots=given.slots, log=_say)
    for name, value in vars(report).items():
        print(f"{name}: {dict(value) if isinstance(value, Counter) else value}")  # noqa: T201
    return 1 if report.wrong or report.odd else 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
