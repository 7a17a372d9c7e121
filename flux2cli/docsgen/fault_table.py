"""Condenses the table of the hostile server's tests: how a job ends when a server answers one phase with one fault."""

import csv
from collections.abc import Sequence
from pathlib import Path

import flux2cli

MATRIX = Path(flux2cli.__file__).parent.parent / "tests" / "hostile" / "matrix.csv"
"""In a checkout; the package that users install has no tests."""

_PHASES = {
    "submit": "submit",
    "status": "status",
    "result": "result",
    "download": "download",
    "upload": "upload",
    "put": "its PUT",
}
"""The phases that the manual shows and their headings. A fault in the event stream alone has no effect."""

HEADING = ("fault", *_PHASES.values())


def rows() -> list[list[str]]:
    """The faults, those with the same ends in one row, and the end of each phase: exit code and state of the job."""
    with MATRIX.open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["phase"] in _PHASES]
    faults_by_ends: dict[tuple[str, ...], list[str]] = {}
    for fault in dict.fromkeys(line["fault"] for line in lines):
        same = [line for line in lines if line["fault"] == fault]
        ends = tuple(_end([line for line in same if line["phase"] == phase]) for phase in _PHASES)
        faults_by_ends.setdefault(ends, []).append(fault)
    return [["; ".join(faults), *ends] for ends, faults in faults_by_ends.items()]


def _end(lines: Sequence[dict[str, str]]) -> str:
    """The end of a single run at every provider: one for all, or one for each group of providers."""
    providers_by_end: dict[str, list[str]] = {}
    for line in lines:
        exit_code, _, state = line["single"].split()
        shown = state if exit_code == "0" else f"{exit_code} {state}".removesuffix(" none")
        providers_by_end.setdefault(shown, []).append(line["provider"])
    if len(providers_by_end) < 2:
        return "".join(providers_by_end)
    return "; ".join(f"{', '.join(providers)}: {end}" for end, providers in providers_by_end.items())
