"""Reads the table: one line for each provider, phase and fault, with the end of each way of running."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("matrix.csv")
WAYS = ("single", "batch", "fetch")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One run of the table and how it has to end: its exit code, the paid requests, and the states of its jobs."""

    provider: str
    phase: str
    fault: str
    way: str
    exit_code: int
    posts: int
    states: tuple[str, ...]
    quick: bool
    """Belongs to the default run of the tests; the others are slow."""

    @property
    def id(self) -> str:
        """The cell's name in the output of the tests."""
        return f"{self.provider}-{self.phase}-{self.fault}-{self.way}"


def cells() -> list[Cell]:
    """Every cell of the table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [cell for line in csv.DictReader(file) for cell in _of(line)]


def _of(line: dict[str, str]) -> Iterator[Cell]:
    for way in WAYS:
        if line[way] == "-":
            continue
        exit_code, posts, *states = line[way].split()
        yield Cell(
            provider=line["provider"], phase=line["phase"], fault=line["fault"], way=way, exit_code=int(exit_code),
            posts=int(posts), states=tuple(states), quick=way in line["quick"].split(),
        )  # fmt: skip
