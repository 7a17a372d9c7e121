"""Refusals of Vtrix: keys, balance, limits, malformed bodies.

Vtrix documents the error object of a failed job, which the refusals have, too. The body of a 402 is known from a sister
platform.
"""

from flux2cli.sandbox.faults import Fault
from flux2cli.sandbox.http import ServerRequest, ServerResponse, html_response, json_response
from flux2cli.sandbox.numbered_fields import InputErrors
from flux2cli.sandbox.state import SandboxState

_NO_CREDITS = 40201
"""One of the codes 40201 to 40208, which are about the balance."""


def error_response(status: int, code: str, message: str) -> ServerResponse:
    """An error object with that HTTP status."""
    return json_response({"error": {"code": code, "message": message}}, status)


def check_key(state: SandboxState, request: ServerRequest) -> ServerResponse | None:
    """401 without an API key as a bearer token, or for one that the server does not accept; None when it is good."""
    scheme, _, key = request.headers.get("authorization", "").strip().partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key:
        return error_response(401, "unauthorized", "Authorization header with a Bearer token is required")
    if state.keys is not None and key not in state.keys:
        return error_response(401, "unauthorized", "Invalid API key")
    return None


def invalid_input(items: InputErrors) -> ServerResponse:
    """422: the schema does not allow the parameters. It names the first error."""
    place = ".".join(str(part) for part in ("params", *items[0]["loc"]))
    return error_response(422, "invalid_parameter", f"{place}: {items[0]['msg']}")


def no_balance() -> ServerResponse:
    """402: the balance does not suffice."""
    status = {"code": _NO_CREDITS, "message": "Insufficient credits", "error_code": "insufficient_credits"}
    return json_response({"status": status, "data": None}, 402)


def no_job() -> ServerResponse:
    """404: there is no job with this id."""
    return error_response(404, "task_not_found", "Task not found")


def server_error() -> ServerResponse:
    """500: the server failed."""
    return error_response(500, "internal_error", "Internal server error")


def fault_response(fault: Fault | None) -> ServerResponse | None:
    """The refusal that a fault puts in place of a new job; None for other faults."""
    match fault.kind.name if fault else None:
        case "401":
            return error_response(401, "unauthorized", "Invalid API key")
        case "402" | "402-body":
            return no_balance()
        case "403":
            return error_response(403, "forbidden", "No permission to use this model")
        case "403-balance":
            return error_response(403, "forbidden", "Insufficient balance")
        case "422" | "422-text":
            return error_response(422, "invalid_parameter", "params.prompt: Field required")
        case "429" | "429-body":
            wait = fault.argument if fault else None
            body = {"error": {"code": "rate_limited", "message": "Too many requests"}}
            return json_response(body, 429, {} if wait is None else {"Retry-After": f"{wait:g}"})
        case "500":
            return server_error()
        case "502":
            return html_response("502 Bad Gateway", 502)
        case "503":
            return error_response(503, "unavailable", "Service unavailable")
    return None
