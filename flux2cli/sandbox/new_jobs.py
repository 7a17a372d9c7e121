"""What every protocol does with a submit that it accepts: make the job, count it, spoil the reply on demand."""

import os
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from flux2cli.sandbox.faults import Fault
from flux2cli.sandbox.http import Answer, HangUp, as_html, as_json
from flux2cli.sandbox.job_store import EmulatedJob, JobStore, Latency, new_id

_HUGE = 50 * 1024 * 1024
_RECENT_SECONDS = 600


def new_job(
    *, protocol: str, endpoint: str, body: Mapping[str, Any], now: float, latency: Latency, life: Sequence[Fault]
) -> EmulatedJob:
    """A job that begins now, with the seed of its body or a random one."""
    seed = body.get("seed")
    longer = sum(fault.argument or 0 for fault in life if fault.kind.name == "slow")
    return EmulatedJob(
        id=new_id(),
        protocol=protocol,
        endpoint=endpoint,
        body=body,
        seed=seed if isinstance(seed, int) else int.from_bytes(os.urandom(4)),
        submitted_at=now,
        queued=latency.queued,
        running=latency.running + longer,
        faults=tuple(str(fault) for fault in life),
    )


def spoilt_reply(fault: Fault | None) -> Answer | None:
    """What comes instead of the reply to an accepted submit; None for other faults, HangUp for a lost one."""
    match fault.kind.name if fault else None:
        case "lost-reply":
            raise HangUp
        case "unknown-fields":
            return as_json({})
        case "not-json":
            return as_html("Welcome")
        case "empty":
            return Answer(headers={"Content-Type": "application/json"})
        case "huge":
            return as_json({"padding": "x" * _HUGE})
    return None


class Active:
    """How many jobs of a protocol are not over yet.

    Counts what this server accepted, and the last ten minutes' jobs that it found when it was first asked.
    """

    def __init__(self, jobs: JobStore) -> None:
        self._jobs = jobs
        self._ends: dict[str, tuple[str, float]] | None = None
        self._lock = threading.Lock()

    def enter(self, job: EmulatedJob, most: int) -> bool:
        """Count the job in, or say False when `most` of its protocol wait or run already."""
        now = job.submitted_at
        with self._lock:
            if self._ends is None:
                self._ends = {j.id: (j.protocol, j.ended_at) for j in self._jobs.since(now - _RECENT_SECONDS)}
            self._ends = {job_id: known for job_id, known in self._ends.items() if known[1] > now}
            if sum(protocol == job.protocol for protocol, _ in self._ends.values()) >= most:
                return False
            self._ends[job.id] = (job.protocol, job.ended_at)
            return True

    def leave(self, job: EmulatedJob) -> None:
        """Take back what `enter` counted."""
        with self._lock:
            if self._ends is not None:
                self._ends.pop(job.id, None)
