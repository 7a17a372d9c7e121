"""The status of a job as server-sent events: one per change, ending with COMPLETED. Also the faults of streams."""

import json
from collections.abc import Iterator

from flux2cli.sandbox.fal import replies
from flux2cli.sandbox.http import HangUp, Incoming
from flux2cli.sandbox.job_store import EmulatedJob
from flux2cli.sandbox.state import Site

_LOOK_AGAIN_SECONDS = 0.1
"""How soon a cancellation by another process or a client that left is noticed."""


def stream(site: Site, ask: Incoming, job: EmulatedJob, *, logs: bool, fault: str | None) -> Iterator[bytes]:
    """The events, as they come due. `logs` carries new lines only: the JavaScript client adds them up."""
    last, told = "", 0
    while True:
        current = site.jobs.get(job.id) or job
        data, where = replies.status(site, current, ask.base, logs=logs, after=told)
        told += len(data.get("logs") or ())
        key = f"{data['status']} {data.get('queue_position')} {told}"
        if key != last:
            last = key
            yield f"data: {json.dumps(data, separators=(',', ':'))}\n\n".encode()
            _break_off(fault)
            if fault == "stream-cut":
                return
            if fault == "stream-stall":
                _hold(site, ask)
        if where.state == "done":
            return
        if site.stopping.wait(min(max(where.change, 0.001), _LOOK_AGAIN_SECONDS)) or ask.gone():
            raise HangUp


def _break_off(fault: str | None) -> None:
    if fault == "stream-broken":
        raise HangUp


def _hold(site: Site, ask: Incoming) -> None:
    """Say nothing more until the client leaves."""
    while not site.stopping.wait(_LOOK_AGAIN_SECONDS) and not ask.gone():
        pass
    raise HangUp
