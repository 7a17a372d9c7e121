"""How Vtrix turns a request away: keys, balance, limits, malformed bodies. Shapes where Vtrix documents them.

The body of a 402 is known from a sister platform; the others carry the error object of a failed task.
"""

from flux2cli.sandbox.faults import Fault
from flux2cli.sandbox.http import Answer, Incoming, as_html, as_json
from flux2cli.sandbox.state import Site

NO_CREDITS = 40201
"""One of the codes 40201 to 40208, which are about the balance."""


def refused(status: int, code: str, message: str) -> Answer:
    """An error object under that status."""
    return as_json({"error": {"code": code, "message": message}}, status)


def no_credits() -> Answer:
    """402: the balance does not suffice."""
    said = {"code": NO_CREDITS, "message": "Insufficient credits", "error_code": "insufficient_credits"}
    return as_json({"status": said, "data": None}, 402)


def by_key(site: Site, ask: Incoming) -> Answer | None:
    """401 for a request without a bearer key, or with one that is not accepted here; else None."""
    scheme, _, key = ask.headers.get("authorization", "").strip().partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key:
        return refused(401, "unauthorized", "Authorization header with a Bearer token is required")
    if site.keys is not None and key not in site.keys:
        return refused(401, "unauthorized", "Invalid API key")
    return None


def by_fault(fault: Fault | None) -> Answer | None:
    """The answer of a fault that comes before there is a task; None for other faults."""
    match fault.kind.name if fault else None:
        case "401":
            return refused(401, "unauthorized", "Invalid API key")
        case "402" | "402-body":
            return no_credits()
        case "403":
            return refused(403, "forbidden", "No permission to use this model")
        case "403-balance":
            return refused(403, "forbidden", "Insufficient balance")
        case "422" | "422-text":
            return refused(422, "invalid_parameter", "params.prompt: Field required")
        case "429" | "429-body":
            wait = fault.argument if fault else None
            answer = {"error": {"code": "rate_limited", "message": "Too many requests"}}
            return as_json(answer, 429, {} if wait is None else {"Retry-After": f"{wait:g}"})
        case "500":
            return refused(500, "internal_error", "Internal server error")
        case "502":
            return as_html("502 Bad Gateway", 502)
        case "503":
            return refused(503, "unavailable", "Service unavailable")
    return None
