"""The command line, the Markdown table and the JSON file that the benchmarks of single runs share. Measures nothing."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import peers
from measuring import Run

HEAD = ("what", "takes", "against", "takes", "ratio", "target", "met")


def arguments(description: str | None) -> argparse.Namespace:
    """`peers` (absolute), `rounds` and `json`. With `--install` the environments of peers are there afterwards."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--peers", type=Path, required=True, metavar="DIR", help="the virtual environments")
    parser.add_argument("--install", action="store_true", help="make those that are missing, from the package index")
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write all that was measured")
    given = parser.parse_args()
    given.peers = given.peers.absolute()
    if given.install:
        peers.install(given.peers)
    return given


def report(given: argparse.Namespace, lines: Sequence[Sequence[str]], runs: Mapping[str, Sequence[Run]]) -> None:
    """Print the table and what it was measured on, and write the JSON file where one was asked for."""
    versions, machine = peers.versions(given.peers), peers.machine()
    sys.stdout.write("".join(f"| {' | '.join(line)} |\n" for line in (HEAD, ["---"] * len(HEAD), *lines)))
    sys.stdout.write(f"\n{machine}; medians of {given.rounds} interleaved runs.\n")
    sys.stdout.write(", ".join(f"{package} {version}" for package, version in versions.items()) + ".\n")
    if given.json:
        about = {"machine": machine, "rounds": given.rounds, "versions": versions}
        seconds = {name: [round(run.seconds, 5) for run in found] for name, found in runs.items()}
        text = json.dumps({**about, "table": lines, "seconds": seconds}, indent=1, ensure_ascii=False)
        given.json.write_text(text + "\n")
