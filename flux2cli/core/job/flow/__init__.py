"""The flows of a job: generators without I/O that yield effects and are sent their results."""

from flux2cli.core.job.flow.cancel import CancelResult, cancel, find, known_to
from flux2cli.core.job.flow.effects import (
    Effect,
    EffectResult,
    Emit,
    Flow,
    FlowContext,
    JobContext,
    NextEvent,
    Send,
    Sleep,
    UpdateLedger,
)
from flux2cli.core.job.flow.follow import follow
from flux2cli.core.job.flow.results import ask_again
from flux2cli.core.job.flow.submit import submit
from flux2cli.core.job.flow.upload import upload

__all__ = [
    "CancelResult",
    "Effect",
    "EffectResult",
    "Emit",
    "Flow",
    "FlowContext",
    "JobContext",
    "NextEvent",
    "Send",
    "Sleep",
    "UpdateLedger",
    "ask_again",
    "cancel",
    "find",
    "follow",
    "known_to",
    "submit",
    "upload",
]
