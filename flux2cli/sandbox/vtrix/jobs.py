"""Jobs of Vtrix: the submit of one, and the poll that returns its status or its result."""

import json
from decimal import Decimal
from typing import Any

from flux2cli.catalog import Route
from flux2cli.sandbox.http import ServerRequest, ServerResponse, json_response
from flux2cli.sandbox.job_store import EmulatedJob, phase_at
from flux2cli.sandbox.new_jobs import broken_response, is_fault, new_job, submit_fault
from flux2cli.sandbox.numbered_fields import complete_input, plan_drawing, stored_input
from flux2cli.sandbox.pictures import DrawingPlan
from flux2cli.sandbox.state import SandboxState
from flux2cli.sandbox.vtrix import errors, outcomes, responses

_UNKNOWN_STATUS = "reviewing"


def submit(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """Create a job of the model that the body names."""
    fault = submit_fault(state, request)
    refusal = errors.check_key(state, request) or errors.fault_response(fault)
    if refusal is not None:
        return refusal
    job = _accept(state, request)
    if isinstance(job, ServerResponse):
        return job
    if is_fault(fault, "500-accepted"):
        return errors.server_error()
    body = responses.submitted(job)
    if is_fault(fault, "no-id"):
        del body["id"]
    return broken_response(fault) or json_response(body)


def _accept(state: SandboxState, request: ServerRequest) -> EmulatedJob | ServerResponse:
    """Store the job; a response when it is refused."""
    read = _read_input(state, request.body.read())
    if isinstance(read, ServerResponse):
        return read
    route, given = read
    fields = complete_input(route, given)
    if isinstance(fields, list):
        return errors.invalid_input(fields)
    job = new_job(state, request, route, stored_input(given, fields, data_urls=False))
    plan = plan_drawing(state, job, {**fields, **job.body})
    if isinstance(plan, DrawingPlan) and not state.balance.charge(outcomes.price_of(state, job, plan)):
        return errors.no_balance()
    state.jobs.add(job)
    return job


def _read_input(state: SandboxState, data: bytes) -> tuple[Route, dict[str, Any]] | ServerResponse:
    """The model's route and the parameters in `{"model": …, "input": [{"params": {…}}]}`."""
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return errors.error_response(400, "invalid_request", "The body is not JSON")
    blocks = body.get("input") if isinstance(body, dict) else None
    if not isinstance(blocks, list) or len(blocks) != 1:
        return errors.error_response(400, "invalid_request", "input must be a list of one object")
    params = blocks[0].get("params") if isinstance(blocks[0], dict) else None
    if not isinstance(params, dict):
        return errors.error_response(400, "invalid_request", "input[0].params must be an object")
    model = body.get("model")
    route = state.route(outcomes.NAME, model) if isinstance(model, str) else None
    if route is None:
        return errors.error_response(400, "invalid_model", f"Model not found: {model}")
    return route, params


def status(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """The job's status, with its result when it has ended."""
    refusal = errors.check_key(state, request)
    if refusal is not None:
        return refusal
    job = outcomes.find_job(state, request.parts["id"])
    if job is None:
        return errors.no_job()
    now = state.clock()
    done = phase_at(job, now).name == "done"
    fault = state.fault(request, "status", job) or (state.fault(request, "result", job) if done else None)
    match fault.kind.name if fault else None:
        case "status-500" | "result-500":
            return errors.server_error()
        case "task-not-found":
            return errors.no_job()
        case "unknown-status":
            return json_response({**responses.submitted(job), "status": _UNKNOWN_STATUS})
    if not done:
        return json_response(responses.status(job, now))
    outcome = outcomes.outcome(state, job)
    price = outcomes.price_of(state, job, outcome) if isinstance(outcome, DrawingPlan) else Decimal(0)
    return json_response(responses.result(job, outcome, price, request.base))
