"""The emulator's jobs: one file each, written once. How far a job is follows from the time since its submit.

So a server started tomorrow on the same directory gives the same responses. Many processes may share a directory.
"""

import json
import math
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from flux2cli.sandbox.faults import Fault, parse_fault

KEEP_SECONDS = 30 * 24 * 3600
"""How long jobs and uploaded files are kept: a common default for stored payloads."""

_POSITIONS = 3
_CACHED_JOBS = 32
_SWEEP_SECONDS = 24 * 3600
_ID_LENGTH = 36
_ID_LETTERS = frozenset("0123456789abcdef-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long a job waits and runs, in seconds."""

    queued: float = 0.15
    running: float = 0.35

    @classmethod
    def of(cls, seconds: float) -> "Latency":
        """This many seconds in all, split as by default; ValueError for a negative or infinite number."""
        if not 0 <= seconds < math.inf:
            raise ValueError(seconds)
        return cls(queued=seconds * 0.3, running=seconds * 0.7)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmulatedJob:
    """One accepted submit. `protocol` is the provider's name, `body` the input; times are seconds since the epoch."""

    id: str
    protocol: str
    endpoint: str
    body: Mapping[str, Any]
    seed: int
    submitted_at: float
    queued: float
    running: float
    faults: tuple[str, ...] = ()
    cancelled_at: float | None = None

    @property
    def ended_at(self) -> float:
        """When the job ends or ended."""
        whole = self.submitted_at + self.queued + self.running
        return whole if self.cancelled_at is None else min(whole, self.cancelled_at)

    @property
    def started_at(self) -> float:
        """When the job begins or began to run."""
        return self.submitted_at + self.queued

    @property
    def duration(self) -> float:
        """Seconds that the job ran; negative for one that was cancelled while it waited."""
        return self.ended_at - self.started_at

    def drawn_faults(self) -> list[Fault]:
        """The faults that strike this job or the requests for it."""
        return [parse_fault(text) for text in self.faults]

    def has_fault(self, name: str) -> bool:
        """Whether this fault strikes the job."""
        return any(fault.kind.name == name for fault in self.drawn_faults())


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPhase:
    """How far a job is. `position` in the queue counts from 0, `change` is the seconds until the next change."""

    name: Literal["queued", "running", "done"]
    position: int = 0
    change: float = 0.0


def phase_at(job: EmulatedJob, now: float) -> JobPhase:
    """How far the job is at that time."""
    waited = max(0.0, now - job.submitted_at)
    if now >= job.ended_at:
        return JobPhase(name="done")
    if waited < job.queued:
        step = job.queued / _POSITIONS
        passed = int(waited / step)
        return JobPhase(name="queued", position=max(0, _POSITIONS - 1 - passed), change=(passed + 1) * step - waited)
    return JobPhase(name="running", change=job.ended_at - now)


def new_id(now: float | None = None) -> str:
    """An id in the form of a UUID of version 7: it begins with the time in milliseconds.

    `now` is seconds since the epoch, else the machine's time.
    """
    text = f"{int((time.time() if now is None else now) * 1000) & (1 << 48) - 1:012x}{os.urandom(10).hex()}"
    return f"{text[:8]}-{text[8:12]}-7{text[13:16]}-a{text[17:20]}-{text[20:]}"


def is_id(text: str) -> bool:
    """Whether a text has the form of `new_id`; only such texts become part of a file's name."""
    return len(text) == _ID_LENGTH and _ID_LETTERS.issuperset(text)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in one step: other processes see all of it or nothing."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    partial.write_bytes(data)
    partial.replace(path)


class JobStore:
    """The jobs of one state directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._seen: OrderedDict[str, tuple[int, EmulatedJob]] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, job: EmulatedJob) -> None:
        """Store a job."""
        write_whole(self._path(job.id), json.dumps(asdict(job), separators=(",", ":")).encode())

    def get(self, job_id: str) -> EmulatedJob | None:
        """The job with this id, or None. It is read again when another process has changed its file."""
        if not is_id(job_id):
            return None
        path = self._path(job_id)
        try:
            version = path.stat().st_mtime_ns
            with self._lock:
                seen = self._seen.get(job_id)
            if seen is not None and seen[0] == version:
                return seen[1]
            job = _read(path.read_bytes())
        except (OSError, ValueError, TypeError, KeyError):
            return None
        with self._lock:
            self._seen[job_id] = (version, job)
            while len(self._seen) > _CACHED_JOBS:
                self._seen.popitem(last=False)
        return job

    def cancel(self, job: EmulatedJob, now: float) -> None:
        """Mark a job as cancelled."""
        self.add(replace(job, cancelled_at=now))

    def since(self, moment: float) -> Iterator[EmulatedJob]:
        """The jobs submitted since then, in no order."""
        with os.scandir(self._directory) as entries:
            names = [e.name[:-5] for e in entries if e.name.endswith(".json") and e.stat().st_mtime >= moment - 1]
        for name in names:
            job = self.get(name)
            if job is not None and job.submitted_at >= moment:
                yield job

    def _path(self, job_id: str) -> Path:
        return self._directory / f"{job_id}.json"


def _read(data: bytes) -> EmulatedJob:
    fields = json.loads(data)
    return EmulatedJob(**{**fields, "faults": tuple(fields["faults"])})


def clear(state: Path) -> int:
    """Delete all jobs and uploaded files below a state directory; returns how many jobs there were."""
    removed = 0
    for folder in ("jobs", "files"):
        for path in (state / folder).glob("*"):
            path.unlink(missing_ok=True)
            removed += folder == "jobs" and path.suffix == ".json"
    return removed


def sweep(state: Path, *directories: Path) -> None:
    """Delete files older than `KEEP_SECONDS`, at most once a day, so that a start stays fast."""
    marker, now = state / "swept", time.time()
    try:
        if now - marker.stat().st_mtime < _SWEEP_SECONDS:
            return
    except FileNotFoundError:
        pass
    marker.touch()
    for directory in directories:
        with os.scandir(directory) as entries:
            old = [e.path for e in entries if now - e.stat(follow_symlinks=False).st_mtime > KEEP_SECONDS]
        for path in old:
            Path(path).unlink(missing_ok=True)
