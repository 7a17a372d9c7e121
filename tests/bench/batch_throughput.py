"""`python tests/bench/batch_throughput.py`: images a second of a batch over loopback, beside fal's own client.

Both run against one server without latency, 200 kB an image, each in a process of its own, in turns. flux2 keeps its
books, checks every image and writes sidecars; the peer writes the bytes.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent


@dataclass
class Run:
    """One run of one client: seconds from start to end, and of CPU."""

    seconds: float
    cpu: float


def timed(argv: list[str], *, environ: dict[str, str], cwd: Path) -> Run:
    """Run a command to its end."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(argv, env=environ, cwd=cwd, capture_output=True, text=True, check=False)
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{argv[:4]} ended with {done.returncode}: {done.stderr[-2000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(seconds, cpu)


def flux2(base: str, rows: int, flights: int, root: Path) -> Run:
    """A fresh batch: no books, no output."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    (root / "prompts.csv").write_text("prompt,seed\n" + "".join(f"a fox number {n},{n}\n" for n in range(rows)))
    environ = {**os.environ, "FLUX2_STATE_DIR": str(root / "state"), "FLUX2_CONFIG_DIR": str(root / "config"),
               "FLUX2_CACHE_DIR": str(root / "cache"), "FAL_KEY": "id:secret", "FLUX2_FAL_URL": base}  # fmt: skip
    argv = [
        sys.executable,
        "-m",
        "flux2cli",
        "batch",
        "prompts.csv",
        "-m",
        "flash",
        "-o",
        "out/",
        "-c",
        str(flights),
        "-q",
    ]
    run = timed(argv, environ=environ, cwd=root)
    made = len(list((root / "out").glob("*.png")))
    if made != rows:
        raise SystemExit(f"{made} images of {rows}")
    return run


def peer(base: str, rows: int, flights: int, root: Path) -> Run:
    """The same with fal's client."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    argv = [sys.executable, str(HERE / "fal_peer.py"), base, str(rows), str(flights), str(root / "out")]
    return timed(argv, environ=dict(os.environ), cwd=root)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    server = subprocess.Popen([sys.executable, str(HERE / "zero_server.py")], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        base = server.stdout.readline().strip()
        with tempfile.TemporaryDirectory() as folder:
            table(base, asked.rows, asked.rounds, Path(folder))
    finally:
        server.terminate()
        server.wait()


def table(base: str, rows: int, rounds: int, root: Path) -> None:
    """Runs in turns, medians, a Markdown table."""
    cases: dict[str, Callable[[], Run]] = {
        "flux2 batch -c 64": lambda: flux2(base, rows, 64, root / "a"),
        "flux2 batch -c 256": lambda: flux2(base, rows, 256, root / "b"),
        "fal_client.AsyncClient, 64 in flight": lambda: peer(base, rows, 64, root / "c"),
    }
    runs: dict[str, list[Run]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            runs[name].append(case())
    print("| client | images/s | CPU per image |\n| --- | ---: | ---: |")  # noqa: T201
    for name, found in runs.items():
        seconds, cpu = median(run.seconds for run in found), median(run.cpu for run in found)
        print(f"| {name} | {rows / seconds:.0f} | {cpu / rows * 1000:.1f} ms |")  # noqa: T201


if __name__ == "__main__":
    main()
