"""The part of a submit that is the same for every provider: the new job, and the faults of the response."""

import os
from collections.abc import Mapping
from typing import Any

from flux2cli.catalog import Route
from flux2cli.redact import redact_object
from flux2cli.sandbox.faults import Fault
from flux2cli.sandbox.http import HangUp, ServerRequest, ServerResponse, html_response, json_response
from flux2cli.sandbox.job_store import EmulatedJob, new_id
from flux2cli.sandbox.state import SandboxState

_HUGE_BYTES = 50 * 1024 * 1024


def new_job(state: SandboxState, request: ServerRequest, route: Route, body: Mapping[str, Any]) -> EmulatedJob:
    """A job of this route that begins now, with the seed of its body or a random one. It is not stored yet.

    The secrets of its URLs are not kept: nothing is fetched from them.
    """
    faults = state.job_faults(request)
    seed = body.get("seed")
    longer = sum(fault.argument or 0 for fault in faults if fault.kind.name == "slow")
    return EmulatedJob(
        id=new_id(state.clock()),
        protocol=route.provider,
        endpoint=route.endpoint,
        body=redact_object(body),
        seed=seed if isinstance(seed, int) else int.from_bytes(os.urandom(4)),
        submitted_at=state.clock(),
        queued=state.latency.queued,
        running=state.latency.running + longer,
        faults=tuple(str(fault) for fault in faults),
    )


def submit_fault(state: SandboxState, request: ServerRequest) -> Fault | None:
    """The fault that strikes this submit. HangUp for one that closes the connection before the body is read."""
    fault = state.fault(request, "submit")
    if fault is not None and fault.kind.name == "lost-before":
        raise HangUp
    return fault


def is_fault(fault: Fault | None, name: str) -> bool:
    """Whether it is the fault of this name."""
    return fault is not None and fault.kind.name == name


def broken_response(fault: Fault | None) -> ServerResponse | None:
    """What the fault puts in place of the response to an accepted submit; None for other faults.

    HangUp for a fault that closes the connection without a response.
    """
    match fault.kind.name if fault else None:
        case "lost-reply":
            raise HangUp
        case "unknown-fields":
            return json_response({})
        case "not-json":
            return html_response("Welcome")
        case "empty":
            return ServerResponse(headers={"Content-Type": "application/json"})
        case "huge":
            return json_response({"padding": "x" * _HUGE_BYTES})
    return None
