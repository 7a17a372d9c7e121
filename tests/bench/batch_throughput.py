"""`python tests/bench/batch_throughput.py`: images a second of a batch over loopback, beside fal's own client.

Both run against one server without latency, 200 kB an image, each in a process of its own, in turns. flux2 keeps its
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from measuring import Command, Run, one_run, ratio
from zero_server import zero_server

HERE = Path(__file__).parent


def flux2(base: str, rows: int, flights: int, root: Path) -> Run:
    """A fresh batch: no books, no output."""
    folder = _emptied(root / "flux2")
    (folder / "prompts.csv").write_text("prompt,seed\n" + "".join(f"a fox number {n},{n}\n" for n in range(rows)))
    argv = [sys.executable, "-m", "flux2cli", "batch", "prompts.csv", "-m", "flash", "-o", "out/", "-q"]
    run = one_run(Command(name="flux2", argv=[*argv, "-c", str(flights)], environ=directories(folder, base)), folder)
    _count(folder / "out", rows)
    return run


def directories(folder: Path, base: str) -> dict[str, str]:
    """The environment of a flux2 that touches nothing outside the folder."""
    named = {f"FLUX2_{name.upper()}_DIR": str(folder / name) for name in ("state", "config", "cache")}
    return {**named, "FAL_KEY": "id:secret", "FLUX2_FAL_URL": base}


def fal(base: str, rows: int, flights: int, root: Path) -> Run:
    """The same with fal's client."""
    folder = _emptied(root / "fal")
    argv = [sys.executable, str(HERE / "fal_peer.py"), base, str(rows), str(flights), str(folder / "out")]
    run = one_run(Command(name="fal_client", argv=argv, environ={}), folder)
    _count(folder / "out", rows)
    return run


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _count(folder: Path, rows: int) -> None:
    made = len(list(folder.glob("*.png")))
    if made != rows:
        raise SystemExit(f"{made} images of {rows}")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with zero_server() as base, tempfile.TemporaryDirectory() as folder:
        root, rows = Path(folder), asked.rows
        cases: dict[str, Callable[[], Run]] = {
            "`flux2 batch -c 64`": lambda: flux2(base, rows, 64, root),
            "`flux2 batch -c 256`": lambda: flux2(base, rows, 256, root),
            "`fal_client.AsyncClient.subscribe`, 64 in flight": lambda: fal(base, rows, 64, root),
        }
        runs: dict[str, list[Run]] = {name: [] for name in cases}
        for _ in range(asked.rounds):
            for name, case in cases.items():
                runs[name].append(case())
    _report(runs, rows)


def _report(runs: dict[str, list[Run]], rows: int) -> None:
    print("| client | images/s | CPU per image | peak memory |\n| --- | ---: | ---: | ---: |")  # noqa: T201
    for name, found in runs.items():
        speed, cpu = (rows / median(run.seconds for run in found), median(run.cpu for run in found) / rows * 1000)
        print(f"| {name} | {speed:.0f} | {cpu:.1f} ms | {max(run.memory for run in found) >> 20} MiB |")  # noqa: T201
    ours, many, theirs = runs.values()
    print(f"\n64 against fal's: {1 / ratio(ours, theirs):.2f} x; 256 against 64: {1 / ratio(many, ours):.2f} x")  # noqa: T201


if __name__ == "__main__":
    main()
