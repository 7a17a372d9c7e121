"""`python tests/bench/one_name.py --rows 4000`: a batch whose images all want one name, beside one of own names.

Each runs against a server without latency, with small images. The last one adds as many images to the one name, so
that the numbers of the first half are taken by files of an earlier run.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from batch_throughput import directories
from measuring import Command, one_run
from zero_server import zero_server


def batch(base: str, folder: Path, template: str, numbers: range) -> float:
    """Seconds that a batch of one row per number takes."""
    (folder / "prompts.csv").write_text("prompt,seed\n" + "".join(f"a fox number {n},{n}\n" for n in numbers))
    argv = [sys.executable, "-m", "flux2cli", "batch", "prompts.csv", "-m", "flash", "-o", template, "-q", "-c", "64"]
    return one_run(Command(name="flux2", argv=argv, environ=directories(folder, base)), folder).seconds


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=4000)
    rows = parser.parse_args().rows
    with zero_server(8) as base, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds = {
            "names of their own": batch(base, folder, "own/{seed}.{ext}", range(rows)),
            "one name": batch(base, folder, "one/fox.{ext}", range(rows)),
            "one name, as many files before": batch(base, folder, "one/fox.{ext}", range(rows, 2 * rows)),
        }
        made = len(list((folder / "one").glob("*.png")))
    if made != 2 * rows:
        raise SystemExit(f"{made} images of {2 * rows}")
    print(f"| {rows} rows | seconds |\n| --- | ---: |")  # noqa: T201
    for what, took in seconds.items():
        print(f"| {what} | {took:.1f} |")  # noqa: T201


if __name__ == "__main__":
    main()
