"""The resume rules of a batch: what to do with a row, given the job that counts for it."""

from dataclasses import dataclass
from typing import Literal

from flux2cli.core.job.job import State

Action = Literal["skip", "send", "collect", "await", "report", "move", "restore", "keep", "adopt", "settle", "refuse"]
"""What to do with a row: `skip` a finished one, `send` it, `collect` the job that was submitted before, `await` the job
of another process, only `report` an earlier failure, which is retried when the user asks for it, `move` its images,
`restore` them from the image cache, `keep` what it cannot touch, `adopt` edited ones, `settle` a merged record, or
`refuse` the run."""

_RETRIED = ("provider_failed", "network", "rate_limited", "auth", "balance", "internal")
"""Codes of errors that were no fault of the request, but of the provider, the network or the account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryChoice:
    """Which rows the user wants sent again: `--retry-failed`, `--retry-moderated`, `--resubmit-unknown`."""

    failed: bool = False
    moderated: bool = False
    unknown: bool = False


def decide(state: State, *, error_code: str | None, present: bool, alive: bool, retry: RetryChoice) -> Action:
    """The action for a row, given the `state` and error code of the job that counts for it.

    `present` says that its images and sidecars are on disk; `alive`, that another living process works on it.
    """
    if state == "saved":
        return "skip" if present else "send"
    if alive and state in ("submitting", "submitted", "ready"):
        return "await"
    if state in ("submitted", "ready"):
        return "collect"
    if state in ("unknown", "submitting"):  # no process works on it, so the response to its submit is lost
        return "send" if retry.unknown else "report"
    if state == "moderated" or error_code == "moderated":
        return "send" if retry.moderated else "report"
    if state == "not-sent" or (state in ("failed", "rejected") and error_code in _RETRIED):
        return "send"
    return "send" if retry.failed else "report"
