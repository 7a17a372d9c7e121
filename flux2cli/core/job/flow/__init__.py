"""The job without I/O: generators that yield what to do next and are sent what came of it."""

from flux2cli.core.job.flow.cancel import Cancelled, cancel, find, known_to
from flux2cli.core.job.flow.effects import (
    Answer,
    Emit,
    JobContext,
    NextEvent,
    Send,
    Sleep,
    Step,
    UpdateLedger,
    error_record,
)
from flux2cli.core.job.flow.follow import follow
from flux2cli.core.job.flow.submit import submit
from flux2cli.core.job.flow.upload import upload

__all__ = [
    "Answer",
    "Cancelled",
    "Emit",
    "JobContext",
    "NextEvent",
    "Send",
    "Sleep",
    "Step",
    "UpdateLedger",
    "cancel",
    "error_record",
    "find",
    "follow",
    "known_to",
    "submit",
    "upload",
]
