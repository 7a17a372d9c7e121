"""Runs commands in turns and measures each run: seconds, seconds of CPU, the most memory. Knows no command."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command to measure. `environ` is added to what all commands get."""

    name: str
    argv: Sequence[str]
    environ: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run: seconds from start to end, seconds of CPU, and the largest resident memory in bytes."""

    seconds: float
    cpu: float
    memory: int


def one_run(command: Command, cwd: Path) -> Run:
    """Run a command to its end; SystemExit with its words when it fails."""
    environ = {**clean_environment(), **command.environ}
    began = time.perf_counter()
    process = subprocess.Popen(
        command.argv, env=environ, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode:
        raise SystemExit(f"{command.name} ended with {process.returncode}: {said.decode(errors='replace')[-2000:]}")
    return Run(seconds=seconds, cpu=used.ru_utime + used.ru_stime, memory=used.ru_maxrss * 1024)


def clean_environment() -> dict[str, str]:
    """This process' environment without keys, settings and addresses of the commands that are measured."""
    foreign = ("FLUX2_", "FAL_", "BFL_", "VTRIX_", "PYTHON", "PYDANTIC_", "ACEDATACLOUD_")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)}


def interleaved(commands: Sequence[Command], *, rounds: int, cwd: Path) -> dict[str, list[Run]]:
    """Every command once in each round, so that what else the machine does falls on all alike.

    The first round is not counted.
    """
    runs: dict[str, list[Run]] = {command.name: [] for command in commands}
    for number in range(rounds + 1):
        for command in commands:
            run = one_run(command, cwd)
            if number:
                runs[command.name].append(run)
    return runs


def milliseconds(runs: Sequence[Run]) -> float:
    """The median duration."""
    return median(run.seconds for run in runs) * 1000


def ratio(ours: Sequence[Run], theirs: Sequence[Run]) -> float:
    """How many times as long ours takes: the median over the rounds, in which both ran one after the other."""
    return median(our.seconds / their.seconds for our, their in zip(ours, theirs, strict=True))
