"""What to do with a row, given the newest job that it has had: the rules by which a batch goes on where it stopped."""

from dataclasses import dataclass
from typing import Literal

from flux2cli.core.job.job import State

Action = Literal["skip", "send", "collect", "await", "report"]
"""Done already; to be submitted; to be waited for and saved; another process has it; not touched unless asked to."""

_AGAIN = ("provider_failed", "network", "rate_limited", "auth", "balance", "internal")
"""Ends that say nothing against the request: the provider's fault, or the account's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryChoice:
    """What the user asked to be sent again: `--retry-failed`, `--retry-moderated`, `--resubmit-unknown`."""

    failed: bool = False
    moderated: bool = False
    unknown: bool = False


def decide(state: State, *, error_code: str | None, present: bool, alive: bool, again: RetryChoice) -> Action:
    """The action for a row whose newest job is in `state`.

    `present`: its images and sidecars are on the disk; `alive`: a living process of somebody else works on it.
    """
    if state == "saved":
        return "skip" if present else "send"
    if alive and state in ("submitting", "submitted", "ready"):
        return "await"
    if state in ("submitted", "ready"):
        return "collect"
    if state in ("unknown", "submitting"):  # nobody works on it, so its reply is lost
        return "send" if again.unknown else "report"
    if state == "moderated" or error_code == "moderated":
        return "send" if again.moderated else "report"
    if state == "not-sent" or (state in ("failed", "rejected") and error_code in _AGAIN):
        return "send"
    return "send" if again.failed else "report"
