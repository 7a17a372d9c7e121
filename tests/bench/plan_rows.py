"""`python tests/bench/plan_rows.py [--rows 10000]`: what it takes to plan rows that are done, and to check images.

The images are made by a server without latency. A plan is the same command again; a check hashes every image and is
compared with `sha256sum` in as many processes as there are cores, over the same files.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from batch_throughput import directories
from measuring import Command, Run, interleaved, milliseconds, one_run, ratio
from zero_server import zero_server

_MEBIBYTE = 1 << 20


def batch(name: str, base: str, folder: Path, *more: str) -> Command:
    """The batch, or the same with another flag."""
    argv = [sys.executable, "-m", "flux2cli", "batch", "rows.csv", "-m", "flash", "-o", "out/", "-q", "-c", "64", *more]
    return Command(name=name, argv=argv, environ=directories(folder, base))


def made(base: str, folder: Path, rows: int) -> None:
    """The rows of a new project, with their images."""
    folder.mkdir()
    (folder / "rows.csv").write_text(
        "id,prompt,seed\n" + "".join(f"row-{n},a fox number {n},{n}\n" for n in range(rows))
    )
    one_run(batch("make", base, folder), folder)
    count = len(list((folder / "out").glob("*.png")))
    if count != rows:
        raise SystemExit(f"{count} images of {rows}")


def plan(folder: Path, rows: int) -> Run:
    """The same command again, over small images."""
    with zero_server(8) as base:
        made(base, folder, rows)
        runs = interleaved([batch("plan", base, folder)], rounds=3, cwd=folder)["plan"]
    return min(runs, key=lambda run: run.seconds)


def check(folder: Path, rows: int, side: int) -> tuple[float, float, float]:
    """Milliseconds of a check and of `sha256sum`, and how many times as long the check takes."""
    with zero_server(side) as base:
        made(base, folder, rows)
        hashes = f"find out -name '*.png' -print0 | xargs -0 -n 100 -P {os.cpu_count()} sha256sum > hashes"
        peer = Command(name="sha256sum", argv=["sh", "-c", hashes], environ={})
        runs = interleaved([batch("check", base, folder, "--check"), peer], rounds=3, cwd=folder)
    ours, theirs = runs["check"], runs["sha256sum"]
    return milliseconds(ours), milliseconds(theirs), ratio(ours, theirs)


def main() -> None:
    """Measure and print two lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--checked", type=int, default=3000)
    parser.add_argument("--side", type=int, default=384)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        planned = plan(Path(name) / "plan", asked.rows)
        ours, theirs, times = check(Path(name) / "check", asked.checked, asked.side)
    print(f"plan {asked.rows} rows that are done: {planned.seconds:.2f} s, {planned.memory / _MEBIBYTE:.0f} MiB")  # noqa: T201
    print(  # noqa: T201
        f"check {asked.checked} images of {asked.side}x{asked.side}: {ours:.0f} ms;"
        f" sha256sum {theirs:.0f} ms ({times:.2f} times)"
    )


if __name__ == "__main__":
    main()
