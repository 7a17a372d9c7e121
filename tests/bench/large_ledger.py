"""`python tests/bench/large_ledger.py --flux2 VENV/bin/flux2`: commands over a ledger of a million jobs.

Each gets its best time of some rounds, from start to end of the process, and its most memory. Install flux2 as users
do, and compile it: `pip install .` into a fresh environment, then `python -m compileall`.
"""

import argparse
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from batch_throughput import directories  # noqa: E402
from measuring import Command, one_run  # noqa: E402
from support.many_jobs import make_ledger  # noqa: E402
from zero_server import zero_server  # noqa: E402

LIMIT = "0.30 s, 80 MiB"
LINES = (
    "--version",
    "jobs list",
    "jobs list --json --limit 20",
    "jobs list --state unknown --limit 20",
    "jobs list --state saved --limit 20",
    "jobs list --label label-7 --limit 20",
    "jobs list --provider bfl",
    "jobs list --since {today}",
    "jobs show aaaaaaaa",
    "jobs forget --before 2000-01-01",
    "cost",
    "cost --by label",
    "cost --since {today}T01:00:00",
    "doctor --offline",
    "flash fox --no-wait",
    "batch rows.csv -m flash -o new/ -q",
    "jobs list --json",
)
"""The last one prints every job, so it may take its time, but not its memory."""


def main() -> None:
    """Make the ledger, or use the one given, measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flux2", default=str(Path(sys.executable).parent / "flux2"))
    parser.add_argument("--jobs", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with zero_server() as base, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rows.csv").write_text("id,prompt\none,a fox\ntwo,an owl\n")
        began = time.perf_counter()
        (folder / "state").mkdir(mode=0o700)
        make_ledger(folder / "state", asked.jobs)
        size = (folder / "state" / "ledger.sqlite3").stat().st_size >> 20
        print(f"{asked.jobs} jobs, {size} MiB, made in {time.perf_counter() - began:.0f} s; to be met: {LIMIT}\n")  # noqa: T201
        print("| `flux2 …` | seconds | CPU | MiB |\n| --- | ---: | ---: | ---: |")  # noqa: T201
        environ = {**directories(folder, base), "FLUX2_BUDGET_PER_DAY": "1000"}
        for line in LINES:
            argv = [asked.flux2, *line.format(today=f"{datetime.now(UTC):%Y-%m-%d}").split()]
            command = Command(name=line, argv=argv, environ=environ)
            runs = [one_run(command, folder) for _ in range(1 if line == LINES[-1] else asked.rounds)]
            best, cpu = min(run.seconds for run in runs), min(run.cpu for run in runs)
            print(f"| `{line}` | {best:.2f} | {cpu:.2f} | {max(run.memory for run in runs) >> 20} |", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
