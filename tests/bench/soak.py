"""`python tests/bench/soak.py --rows 20000`: a long batch of whose rows 5 % meet a fault.

Prints memory, descriptors and threads of the process at the quarters of its time, the rows by their end, and the most
jobs that the provider made for one row. A second run of the same command does what is left: rows that the provider
failed are sent again, and nothing else.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple

from batch_throughput import directories
from faulty_server import faulty_server
from measuring import clean_environment


class Sample(NamedTuple):
    """What a process has: resident memory in MiB, open descriptors, threads."""

    memory: int
    descriptors: int
    threads: int


def sample(pid: int) -> Sample | None:
    """What the process has now; None when it is gone."""
    try:
        status = dict(
            line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
        )
        descriptors = len(list(Path(f"/proc/{pid}/fd").iterdir()))
        return Sample(int(status["VmRSS"].split()[0]) >> 10, descriptors, int(status["Threads"]))
    except (OSError, KeyError):
        return None


def watched(argv: list[str], environ: dict[str, str], cwd: Path) -> tuple[int, float, list[Sample], dict[str, Any]]:
    """Run a batch with `--json`: its exit code, seconds, samples of each second, and its summary."""
    began = time.monotonic()
    with (cwd / "out.jsonl").open("wb") as out:
        process = subprocess.Popen(argv, env=environ, cwd=cwd, stdout=out, stderr=subprocess.DEVNULL)
        found = []
        while process.poll() is None:
            found.append(sample(process.pid))
            time.sleep(1)
    summary = json.loads((cwd / "out.jsonl").read_text().splitlines()[-1])
    return process.returncode, time.monotonic() - began, [one for one in found if one], summary


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("-c", type=int, default=32, dest="concurrency")
    options = parser.parse_args()
    with faulty_server() as base, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "prompts.csv").open("w") as file:
            file.write("prompt,seed\n")
            file.writelines(f"a fox number {n} in the snow,{n}\n" for n in range(options.rows))
        argv = [sys.executable, "-m", "flux2cli", "batch", "prompts.csv", "-m", "flash", "-o", "out/", "--json"]
        environ = {**clean_environment(), **directories(folder, base)}
        for run in (1, 2):
            code, seconds, samples, summary = watched([*argv, "-c", str(options.concurrency)], environ, folder)
            rate = summary["saved"] / seconds
            print(f"run {run}: exit {code} after {seconds:.0f} s, {rate:.1f} images/s: {_ends(summary)}")  # noqa: T201
            for part in (1, 2, 3, 4):
                at = samples[min(len(samples) - 1, len(samples) * part // 4)]
                print(f"  {part * 25:>3} %: {at.memory} MiB, {at.descriptors} descriptors, {at.threads} threads")  # noqa: T201
            with urllib.request.urlopen(f"{base}/counts") as reply:
                counts = json.load(reply)
            print(f"  {counts['jobs']} jobs so far, at most {counts['most']} for a row; faults: {counts['struck']}")  # noqa: T201


def _ends(summary: dict[str, Any]) -> str:
    return ", ".join(f"{value} {name}" for name, value in summary.items() if type(value) is int and value)


if __name__ == "__main__":
    main()
