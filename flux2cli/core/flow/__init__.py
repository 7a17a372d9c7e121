"""The job without I/O: generators that yield what to do next and are sent what came of it."""

from flux2cli.core.flow.cancelling import Cancelled, cancel, find, known_to
from flux2cli.core.flow.following import follow
from flux2cli.core.flow.steps import Answer, Listen, Note, Record, Send, Step, Task, Wait, error_record
from flux2cli.core.flow.submitting import submit
from flux2cli.core.flow.uploading import upload

__all__ = [
    "Answer",
    "Cancelled",
    "Listen",
    "Note",
    "Record",
    "Send",
    "Step",
    "Task",
    "Wait",
    "cancel",
    "error_record",
    "find",
    "follow",
    "known_to",
    "submit",
    "upload",
]
