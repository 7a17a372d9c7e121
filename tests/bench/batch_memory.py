"""`python tests/bench/batch_memory.py --rows 100000`: the memory of a long batch, and of the same when all is done.

The first run makes every image (small ones, from a server without latency; 100,000 take some fifteen minutes); memory
is looked at every second. The second finds everything done.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from batch_throughput import directories
from measuring import Command, clean_environment, one_run
from zero_server import zero_server


def resident(pid: int) -> int:
    """Resident memory of a process in bytes; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")), 0)


def watched(command: Command, cwd: Path) -> list[int]:
    """Run a command; its memory once a second."""
    found = []
    environ = {**clean_environment(), **command.environ}
    with subprocess.Popen(command.argv, env=environ, cwd=cwd, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            found.append(resident(process.pid))
            time.sleep(1)
    if process.returncode:
        raise SystemExit(f"{command.name} ended with {process.returncode}")
    return [size for size in found if size]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    with zero_server(8) as base, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "prompts.csv").open("w") as file:
            file.write("prompt,seed\n")
            file.writelines(f"a fox number {n} in the snow,{n}\n" for n in range(rows))
        argv = [sys.executable, "-m", "flux2cli", "batch", "prompts.csv", "-m", "flash", "-o", "out/", "-q", "-c", "64"]
        command = Command(name="flux2", argv=argv, environ=directories(folder, base))
        sizes = watched(command, folder)
        quarters = ", ".join(f"{sizes[len(sizes) * n // 4] >> 20}" for n in (1, 2, 3))
        print(f"{rows} rows made in {len(sizes)} s: {quarters} MiB at the quarters, {max(sizes) >> 20} MiB at most")  # noqa: T201
        done = one_run(command, folder)
        print(f"{rows} rows done already: {done.seconds:.1f} s, {done.memory >> 20} MiB at most")  # noqa: T201


if __name__ == "__main__":
    main()
