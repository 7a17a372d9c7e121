"""The status of a job as server-sent events, one per change, and the faults of such a stream."""

import json
from collections.abc import Iterator

from flux2cli.sandbox.fal import responses
from flux2cli.sandbox.http import HangUp, ServerRequest
from flux2cli.sandbox.job_store import EmulatedJob
from flux2cli.sandbox.state import SandboxState

_CHECK_SECONDS = 0.1
"""How soon the stream notices a cancellation by another process, or a client that has disconnected."""


def status_events(
    state: SandboxState, request: ServerRequest, job: EmulatedJob, *, logs: bool, fault: str | None
) -> Iterator[bytes]:
    """The events as they happen, COMPLETED last. `logs` adds new lines only, since the JavaScript client joins them."""
    last, sent = "", 0
    while True:
        current = state.jobs.get(job.id) or job
        body, phase = responses.status(state, current, request.base, logs=logs, skip=sent)
        sent += len(body.get("logs") or ())
        key = f"{body['status']} {body.get('queue_position')} {sent}"
        if key != last:
            last = key
            yield f"data: {json.dumps(body, separators=(',', ':'))}\n\n".encode()
            if fault == "stream-broken":
                raise HangUp
            if fault == "stream-cut":
                return
            if fault == "stream-stall":
                _stall(state, request)
        if phase.name == "done":
            return
        if state.stopping.wait(min(max(phase.change, 0.001), _CHECK_SECONDS)) or request.is_disconnected():
            raise HangUp


def _stall(state: SandboxState, request: ServerRequest) -> None:
    """Send nothing until the client disconnects."""
    while not state.stopping.wait(_CHECK_SECONDS) and not request.is_disconnected():
        pass
    raise HangUp
