"""Jobs of fal: submit, status, event stream, result and cancel in the queue, and the sync call."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flux2cli.sandbox.fal import errors, responses
from flux2cli.sandbox.fal.input_schema import complete_input, read_input
from flux2cli.sandbox.fal.outcomes import NAME, find_job, least_price, route_in_app
from flux2cli.sandbox.fal.status_events import status_events
from flux2cli.sandbox.http import ServerRequest, ServerResponse, html_response, json_response
from flux2cli.sandbox.job_store import EmulatedJob, phase_at
from flux2cli.sandbox.new_jobs import broken_response, is_fault, new_job, submit_fault
from flux2cli.sandbox.state import SandboxState

EVENT_STREAM = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}
"""The headers of a stream of events."""

_CHECK_SECONDS = 0.1
"""How soon a sync call notices that the client has disconnected."""


def submit(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """Create a job of the endpoint in the path.

    The queue takes any object and any path below an app; the job then fails (recorded: TanStack/ai pull request 396,
    and three results of renamed endpoints).
    """
    job = _create(state, request, _queued)
    if isinstance(job, ServerResponse):
        return job
    return responses.submitted(job, request.base, webhook="fal_webhook" in request.query)


def run(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """Create a job of a valid input and wait for its result."""
    job = _create(state, request, _checked)
    if isinstance(job, ServerResponse):
        return job
    _wait(state, request, job)
    return responses.result(state, job, request.base)


def run_stream(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """Create a job of a valid input; a stream with one event, its output or its error, when it has ended."""
    job = _create(state, request, _checked)
    if isinstance(job, ServerResponse):
        return job
    _wait(state, request, job)
    ended = responses.result(state, job, request.base)
    return ServerResponse(headers={**ended.headers, **EVENT_STREAM}, body=b"data: " + ended.body + b"\n\n")


def _wait(state: SandboxState, request: ServerRequest, job: EmulatedJob) -> None:
    while (left := job.ended_at - state.clock()) > 0 and not request.is_disconnected():
        if state.stopping.wait(min(left, _CHECK_SECONDS)):
            raise ConnectionError("the sandbox stops")


def _create(
    state: SandboxState,
    request: ServerRequest,
    check: Callable[[SandboxState, ServerRequest, str, dict[str, Any]], ServerResponse | None],
) -> EmulatedJob | ServerResponse:
    """Store the job; a response when it is refused, or when a fault replaces the response to it."""
    fault, endpoint = submit_fault(state, request), request.parts["endpoint"]
    refusal = errors.check_account(state, request, endpoint) or errors.fault_response(fault)
    if refusal is not None:
        return refusal
    route = route_in_app(state, endpoint)
    if route is None:
        return errors.no_app(endpoint)
    given = read_input(request.body.read())
    if isinstance(given, ServerResponse):
        return given
    refusal = check(state, request, endpoint, given)
    if refusal is not None:
        return refusal
    job = replace(new_job(state, request, route, given), endpoint=endpoint)
    state.jobs.add(job)
    if is_fault(fault, "500-accepted"):
        return errors.server_error({"x-fal-request-id": job.id})
    return broken_response(fault) or job


def _queued(state: SandboxState, request: ServerRequest, endpoint: str, given: dict[str, Any]) -> ServerResponse | None:
    """The refusal of a queue that is full, or of an account that cannot pay; None else, also for an invalid input."""
    if _queue_is_full(state, request, endpoint):
        return errors.error_response(429, "Queue length limit exceeded")
    route = state.route(NAME, endpoint)
    fields = complete_input(route, given) if route else []
    price = Decimal(0) if route is None or isinstance(fields, list) else least_price(route, fields)
    return None if state.balance.charge(price) else errors.no_balance()


def _checked(
    state: SandboxState, request: ServerRequest, endpoint: str, given: dict[str, Any]
) -> ServerResponse | None:
    """The refusal of a path or an input that a sync call finds to be wrong, besides those of the queue."""
    route = state.route(NAME, endpoint)
    if route is None:
        return errors.error_response(404, errors.no_path(endpoint))
    fields = complete_input(route, given)
    return errors.invalid_input(fields) if isinstance(fields, list) else _queued(state, request, endpoint, given)


def _queue_is_full(state: SandboxState, request: ServerRequest, endpoint: str) -> bool:
    limit = request.parameter("fal_max_queue_length")
    if not limit.isdecimal():
        return False
    now = state.clock()
    recent = (job for job in state.jobs.since(now - state.latency.queued) if job.endpoint == endpoint)
    return sum(phase_at(job, now).name == "queued" for job in recent) > int(limit)


def _named_job(state: SandboxState, request: ServerRequest) -> EmulatedJob | ServerResponse:
    """The job in the path, below its owner and app or below the whole endpoint id.

    Without a key fal knows no job (recorded); with a wrong one it says so.
    """
    if "authorization" not in request.headers:
        return errors.no_job()
    refusal = errors.check_key(state, request, request.parts["app"])
    if refusal is not None:
        return refusal
    job = find_job(state, request.parts["id"])
    if job is None or request.parts["app"] not in (job.endpoint, errors.app_of(job.endpoint)):
        return errors.no_job()
    return job


def _wants_logs(request: ServerRequest) -> bool:
    return request.parameter("logs").lower() in ("1", "true")


def status(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """The job's status: 202 until the job has ended, then 200."""
    job = _named_job(state, request)
    if isinstance(job, ServerResponse):
        return job
    fault = state.fault(request, "status", job)
    if is_fault(fault, "status-500"):
        return errors.server_error()
    if is_fault(fault, "task-not-found"):
        return errors.no_job()
    body, phase = responses.status(state, job, request.base, logs=_wants_logs(request))
    if fault is not None:
        body["status"] = "ON_HOLD"
    return json_response(body, 200 if phase.name == "done" else 202, {"x-fal-request-id": job.id})


def stream(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """The job's status as a stream of events."""
    job = _named_job(state, request)
    if isinstance(job, ServerResponse):
        return job
    fault = state.fault(request, "stream", job)
    events = status_events(state, request, job, logs=_wants_logs(request), fault=fault.kind.name if fault else None)
    headers = {**EVENT_STREAM, "x-fal-request-id": job.id}
    response = ServerResponse(headers=headers, chunks=events)
    if is_fault(fault, "stream-buffered"):
        return replace(response, chunks=None, body=b"".join(events))
    return response


def result(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """The job's result; 400 before it has ended."""
    job = _named_job(state, request)
    if isinstance(job, ServerResponse):
        return job
    if phase_at(job, state.clock()).name != "done":
        return errors.error_response(400, "Request is still in progress", {"x-fal-request-id": job.id})
    if state.fault(request, "result", job):
        return html_response("500 Internal Server Error", 500)
    return responses.result(state, job, request.base)


def cancel(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """Cancel the job; 400 when it has ended."""
    job = _named_job(state, request)
    if isinstance(job, ServerResponse):
        return job
    if phase_at(job, state.clock()).name == "done":
        return json_response({"status": "ALREADY_COMPLETED"}, 400)
    state.jobs.cancel(job, state.clock())
    return json_response({"status": "CANCELLATION_REQUESTED"}, 202)
