"""How Black Forest Labs turns a request away: `detail` as a list or a text, or `error`, `message` and `details`."""

from collections.abc import Sequence
from typing import Any

from flux2cli.sandbox.faults import Fault
from flux2cli.sandbox.http import Answer, Incoming, as_html, as_json
from flux2cli.sandbox.state import Site

MOST_ACTIVE = 24
"""Tasks that may wait or run at once (BFL's documentation)."""

_NO_CREDITS = "Insufficient credits. Please add credits to your account."
_BUSY = f"Too many active tasks. The limit is {MOST_ACTIVE}."
_PLAIN = {
    "401": (401, "Invalid API key"),
    "403": (403, "Not authenticated"),
    "422-text": (422, "Invalid input: prompt is required"),
    "500": (500, "Internal Server Error"),
    "503": (503, "Service Unavailable"),
}


def said(status: int, detail: str | Sequence[dict[str, Any]]) -> Answer:
    """The form of the OpenAPI schema."""
    return as_json({"detail": detail}, status)


def invalid(items: Sequence[dict[str, Any]]) -> Answer:
    """422 for a body that the schema does not take."""
    return said(422, [{**item, "loc": ["body", *item["loc"]]} for item in items])


def no_credits() -> Answer:
    """402: the credits do not suffice."""
    return said(402, _NO_CREDITS)


def too_many() -> Answer:
    """429: as many tasks are active as may be."""
    return said(429, _BUSY)


def by_key(site: Site, ask: Incoming) -> Answer | None:
    """403 without a key, 401 for one that is not accepted here; else None."""
    key = ask.headers.get("x-key", "").strip()
    if not key:
        return said(403, "Not authenticated")
    if site.keys is not None and key not in site.keys:
        return said(401, "Invalid API key")
    return None


def by_fault(fault: Fault | None) -> Answer | None:
    """The answer of a fault that comes before there is a task; None for other faults."""
    if fault is None:
        return None
    match fault.kind.name:
        case "402" | "403-balance":
            return no_credits()
        case "402-body":
            return _bodied(402, "insufficient_credits", _NO_CREDITS)
        case "422":
            return invalid([{"loc": ["prompt"], "msg": "Field required", "type": "missing"}])
        case "429":
            headers = {} if fault.argument is None else {"Retry-After": f"{fault.argument:g}"}
            return as_json({"detail": _BUSY}, 429, headers)
        case "429-body":
            return _bodied(429, "rate_limit_exceeded", _BUSY, retry_after=fault.argument)
        case "502":
            return as_html("502 Bad Gateway", 502)
    status, text = _PLAIN.get(fault.kind.name, (0, ""))
    return said(status, text) if status else None


def _bodied(status: int, error: str, message: str, **more: float | None) -> Answer:
    """The form of the official integration guide."""
    return as_json({"error": error, "message": message, "details": {}, **more}, status)
