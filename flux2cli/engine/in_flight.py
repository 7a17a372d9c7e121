"""The registry of jobs in flight, the only state of running jobs that several threads read."""

import threading
from typing import Literal

Phase = Literal["submitting", "submitted"]
"""The submit is announced and its response not recorded yet; the provider has the job and it is not saved yet."""


class InFlight:
    """The jobs of one engine by their phase, in the order of their start. For all threads.

    Its rule keeps an interruption from losing track of a submit: a job is announced *before* its thread looks at the
    engine's `stop`, and its entry stays until the response to its submit is recorded. So a thread that sets `stop` and
    then finds no response outstanding knows that no further submit will be sent.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()  # no Condition: Ctrl-C inside its __enter__ would leave it locked
        self._phases: dict[str, Phase] = {}

    def announce(self, job_id: str) -> None:
        """Add a job whose submit may go out from now on."""
        with self._lock:
            self._phases[job_id] = "submitting"

    def rename(self, announced: str, job_id: str) -> None:
        """Keep an announced job under the id that the ledger gave it, without a moment in which it is missing."""
        with self._lock:
            phase = self._phases.pop(announced)
            self._phases[job_id] = phase

    def accept(self, job_id: str) -> None:
        """Mark, or add, a job as submitted: the response to its submit is recorded."""
        with self._lock:
            self._phases[job_id] = "submitted"

    def remove(self, job_id: str) -> None:
        """Drop a job that is not in flight: it ended, it was never sent, or this process leaves it."""
        with self._lock:
            self._phases.pop(job_id, None)

    def submitted(self) -> list[str]:
        """Ids of jobs that are at a provider and not yet saved."""
        return self._in("submitted")

    def responses_out(self) -> list[str]:
        """Ids of jobs whose submit may be on the wire, with its response not in the ledger yet."""
        return self._in("submitting")

    def _in(self, wanted: Phase) -> list[str]:
        with self._lock:
            return [job_id for job_id, phase in self._phases.items() if phase == wanted]
