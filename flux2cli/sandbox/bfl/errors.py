"""Refusals of Black Forest Labs: `detail` as a list or a text, or `error`, `message` and `details`."""

from collections.abc import Sequence
from typing import Any

from flux2cli.sandbox.faults import Fault
from flux2cli.sandbox.http import ServerRequest, ServerResponse, html_response, json_response
from flux2cli.sandbox.state import SandboxState

MOST_ACTIVE = 24
"""Jobs that may wait or run at once (BFL's documentation)."""

_NO_CREDITS = "Insufficient credits. Please add credits to your account."
_BUSY = f"Too many active tasks. The limit is {MOST_ACTIVE}."
_BY_FAULT = {
    "401": (401, "Invalid API key"),
    "403": (403, "Not authenticated"),
    "422-text": (422, "Invalid input: prompt is required"),
    "500": (500, "Internal Server Error"),
    "503": (503, "Service Unavailable"),
}


def error_response(status: int, detail: str | Sequence[dict[str, Any]]) -> ServerResponse:
    """An error in the form of BFL's OpenAPI schema."""
    return json_response({"detail": detail}, status)


def check_key(state: SandboxState, request: ServerRequest) -> ServerResponse | None:
    """403 without an API key, 401 for one that the server does not accept; None when the key is good."""
    key = request.headers.get("x-key", "").strip()
    if not key:
        return error_response(403, "Not authenticated")
    if state.keys is not None and key not in state.keys:
        return error_response(401, "Invalid API key")
    return None


def invalid_input(items: Sequence[dict[str, Any]]) -> ServerResponse:
    """422: the schema does not allow the body. `loc` of each item is relative to the body."""
    return error_response(422, [{**item, "loc": ["body", *item["loc"]]} for item in items])


def no_balance() -> ServerResponse:
    """402: the credits do not suffice."""
    return error_response(402, _NO_CREDITS)


def too_many_active() -> ServerResponse:
    """429: as many jobs as allowed wait or run."""
    return error_response(429, _BUSY)


def server_error() -> ServerResponse:
    """500: the server failed."""
    return error_response(500, "Internal Server Error")


def fault_response(fault: Fault | None) -> ServerResponse | None:
    """The refusal that a fault puts in place of a new job; None for other faults."""
    if fault is None:
        return None
    match fault.kind.name:
        case "402" | "403-balance":
            return no_balance()
        case "402-body":
            return _with_message(402, "insufficient_credits", _NO_CREDITS)
        case "422":
            return invalid_input([{"loc": ["prompt"], "msg": "Field required", "type": "missing"}])
        case "429":
            headers = {} if fault.argument is None else {"Retry-After": f"{fault.argument:g}"}
            return json_response({"detail": _BUSY}, 429, headers)
        case "429-body":
            return _with_message(429, "rate_limit_exceeded", _BUSY, retry_after=fault.argument)
        case "502":
            return html_response("502 Bad Gateway", 502)
    status, text = _BY_FAULT.get(fault.kind.name, (0, ""))
    return error_response(status, text) if status else None


def _with_message(status: int, error: str, message: str, **more: float | None) -> ServerResponse:
    """An error in the form of BFL's integration guide."""
    return json_response({"error": error, "message": message, "details": {}, **more}, status)
