"""The limit on a provider's jobs that wait or run at the same time."""

import threading

from flux2cli.sandbox.job_store import EmulatedJob, JobStore

_RECENT_SECONDS = 600


class ActiveJobs:
    """How many jobs of each provider have not ended yet.

    Counts the jobs that this server accepted, and those of the ten minutes before its first use.
    """

    def __init__(self, jobs: JobStore) -> None:
        self._jobs = jobs
        self._ends: dict[str, tuple[str, float]] | None = None
        self._lock = threading.Lock()

    def admit(self, job: EmulatedJob, limit: int) -> bool:
        """Count the job in; False when `limit` jobs of its provider wait or run already."""
        now = job.submitted_at
        with self._lock:
            if self._ends is None:
                self._ends = {j.id: (j.protocol, j.ended_at) for j in self._jobs.since(now - _RECENT_SECONDS)}
            self._ends = {job_id: known for job_id, known in self._ends.items() if known[1] > now}
            if sum(protocol == job.protocol for protocol, _ in self._ends.values()) >= limit:
                return False
            self._ends[job.id] = (job.protocol, job.ended_at)
            return True

    def release(self, job: EmulatedJob) -> None:
        """Take back what `admit` counted."""
        with self._lock:
            if self._ends is not None:
                self._ends.pop(job.id, None)
