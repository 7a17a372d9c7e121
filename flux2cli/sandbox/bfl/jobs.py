"""Jobs of Black Forest Labs: the submit of one, and the poll that returns its status or its result."""

import json
from decimal import Decimal
from typing import Any

from flux2cli.catalog import Route
from flux2cli.sandbox.bfl import errors, outcomes, responses
from flux2cli.sandbox.bfl.outpainting import unknown_fields
from flux2cli.sandbox.http import ServerRequest, ServerResponse, json_response
from flux2cli.sandbox.job_store import EmulatedJob, phase_at
from flux2cli.sandbox.new_jobs import broken_response, is_fault, new_job, submit_fault
from flux2cli.sandbox.numbered_fields import BadImage, complete_input, stored_input
from flux2cli.sandbox.state import SandboxState

_NO_JOB = "Task not found"
_UNKNOWN_STATUS = "Reviewing"


def submit(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """Create a job of the model in the path, from a flat body."""
    fault = submit_fault(state, request)
    refusal = errors.check_key(state, request) or errors.fault_response(fault)
    if refusal is not None:
        return refusal
    route = state.route(outcomes.NAME, request.parts["model"])
    if route is None:
        return errors.error_response(404, "Not Found")
    accepted = _accept(state, request, route)
    if isinstance(accepted, ServerResponse):
        return accepted
    job, bill = accepted
    if is_fault(fault, "500-accepted"):
        return errors.server_error()
    return broken_response(fault) or json_response(responses.submitted(job, request.base, bill, fault))


def _accept(
    state: SandboxState, request: ServerRequest, route: Route
) -> tuple[EmulatedJob, responses.Bill] | ServerResponse:
    """Store the job; a response when it is refused."""
    given = _read_input(request.body.read())
    if isinstance(given, ServerResponse):
        return given
    unknown = unknown_fields(route, given) if route.mode == "outpaint" else []
    fields = unknown or complete_input(route, given)
    if isinstance(fields, list):
        return errors.invalid_input(fields)
    job = new_job(state, request, route, stored_input(given, fields, data_urls=True))
    if not state.active.admit(job, errors.MOST_ACTIVE):
        return errors.too_many_active()
    plan = outcomes.plan(state, route, job, {**fields, **job.body})
    if isinstance(plan, BadImage):  # accepted all the same: the job ends with the error
        state.jobs.add(job)
        return job, responses.NO_BILL
    price = outcomes.price_of(state, job, plan)
    if not state.balance.charge(price or Decimal(0)):
        state.active.release(job)
        return errors.no_balance()
    state.jobs.add(job)
    return job, responses.bill(price, plan)


def _read_input(data: bytes) -> dict[str, Any] | ServerResponse:
    try:
        given = json.loads(data)
    except (ValueError, RecursionError):
        return errors.invalid_input([{"loc": [], "msg": "JSON decode error", "type": "json_invalid"}])
    if not isinstance(given, dict):
        return errors.invalid_input([{"loc": [], "msg": "Input should be a valid dictionary", "type": "dict_type"}])
    return given


def status(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """The job's status, with its result when it has ended."""
    refusal = errors.check_key(state, request)
    if refusal is not None:
        return refusal
    job_id = request.parameter("id")
    if not job_id:
        return errors.error_response(422, [{"loc": ["query", "id"], "msg": "Field required", "type": "missing"}])
    job = outcomes.find_job(state, job_id)
    if job is None:
        return json_response(responses.status(job_id, _NO_JOB))
    now = state.clock()
    done = phase_at(job, now).name == "done"
    fault = state.fault(request, "status", job) or (state.fault(request, "result", job) if done else None)
    match fault.kind.name if fault else None:
        case "status-500" | "result-500":
            return errors.server_error()
        case "task-not-found":
            return json_response(responses.status(job_id, _NO_JOB))
        case "unknown-status":
            return json_response(responses.status(job_id, _UNKNOWN_STATUS))
    if done:
        return json_response(responses.result(job, outcomes.outcome(state, job), request.base, state.clock()))
    return json_response(responses.status(job_id, responses.word(job, now), progress=responses.progress(job, now)))
