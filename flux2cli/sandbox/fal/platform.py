"""fal's platform API, as far as a client needs it: models, prices, and the history of requests."""

from datetime import UTC, datetime
from typing import Any

from flux2cli.catalog import Route
from flux2cli.sandbox.fal import errors
from flux2cli.sandbox.fal.outcomes import NAME, find_job, outcome
from flux2cli.sandbox.fal.responses import iso_time, output
from flux2cli.sandbox.http import ServerRequest, ServerResponse, json_response
from flux2cli.sandbox.job_store import EmulatedJob, phase_at
from flux2cli.sandbox.pictures import DrawingPlan
from flux2cli.sandbox.state import SandboxState

_DAY_SECONDS = 24 * 3600
_PAGE, _LARGEST_PAGE = 50, 100
_MOST_IDS = 50


def _platform_error(status: int, kind: str, text: str) -> ServerResponse:
    return json_response({"error": {"type": kind, "message": text}}, status)


def _endpoint_ids(request: ServerRequest) -> list[str]:
    return [name for text in request.query.get("endpoint_id", ()) for name in text.split(",") if name]


def models(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """The models, all or those that the query names. Needs no API key."""
    if "authorization" in request.headers and (refusal := errors.check_key(state, request)):
        return refusal
    ids = _endpoint_ids(request)
    rows = [_model(r) for r in state.routes if r.provider == NAME and (not ids or r.endpoint in ids)]
    return json_response({"models": rows, "next_cursor": None, "has_more": False})


def _model(route: Route) -> dict[str, Any]:
    category = "text-to-image" if route.mode == "text" else "image-to-image"
    return {
        "endpoint_id": route.endpoint,
        "metadata": {
            "display_name": route.endpoint,
            "category": category,
            "status": "active",
            "model_url": route.source,
        },
    }


def pricing(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """The prices of the models in the query: that of a first megapixel in the catalogue."""
    refusal = errors.check_key(state, request)
    if refusal is not None:
        return refusal
    ids = _endpoint_ids(request)
    if not 1 <= len(ids) <= _MOST_IDS:
        return _platform_error(400, "validation_error", f"endpoint_id has to be given 1 to {_MOST_IDS} times")
    prices = []
    for name in ids:
        route = state.route(NAME, name)
        if route is None or route.price is None:
            return _platform_error(404, "not_found", f"Endpoint '{name}' not found or has no price")
        unit_price = float(route.price.first)
        prices.append({"endpoint_id": name, "unit_price": unit_price, "unit": "megapixels", "currency": "USD"})
    return json_response({"prices": prices, "next_cursor": None, "has_more": False})


def history(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """The jobs of the endpoints in the query, newest first, in pages."""
    refusal = errors.check_key(state, request)
    if refusal is not None:
        return refusal
    ids = _endpoint_ids(request)
    if not ids:
        return _platform_error(400, "validation_error", "endpoint_id is required")
    try:
        start, end = _period(state, request)
        limit, offset = int(request.parameter("limit", str(_PAGE))), int(request.parameter("cursor", "0"))
    except ValueError:
        return _platform_error(400, "validation_error", "start, end, limit or cursor is malformed")
    rows = (_history_row(state, request, job) for job in _jobs_in(state, request, ids, start, end))
    rows_of_status = [row for row in rows if _has_status(row, request.parameter("status"))]
    limit = min(max(limit, 1), _LARGEST_PAGE)
    more = len(rows_of_status) > offset + limit
    page = rows_of_status[offset : offset + limit]
    return json_response({"items": page, "next_cursor": str(offset + limit) if more else None, "has_more": more})


def _jobs_in(
    state: SandboxState, request: ServerRequest, ids: list[str], start: float, end: float
) -> list[EmulatedJob]:
    """The jobs of these endpoints in the period, newest first; only one where the query names a request."""
    wanted = request.parameter("request_id")
    jobs = (job for job in state.jobs.since(start) if job.submitted_at < end and wanted in ("", job.id))
    named = [job for job in jobs if job.endpoint in ids and find_job(state, job.id)]
    return sorted(named, key=lambda job: job.submitted_at, reverse=True)


def _period(state: SandboxState, request: ServerRequest) -> tuple[float, float]:
    now = state.clock()
    start, end = request.parameter("start"), request.parameter("end")
    return (_moment(start) if start else now - _DAY_SECONDS), (_moment(end) if end else now + 1)


def _moment(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _history_row(state: SandboxState, request: ServerRequest, job: EmulatedJob) -> dict[str, Any]:
    phase = phase_at(job, state.clock())
    done = phase.name == "done"
    ending = outcome(state, job) if done else None
    row: dict[str, Any] = {
        "request_id": job.id,
        "endpoint_id": job.endpoint,
        "sent_at": iso_time(job.submitted_at),
        "started_at": None if phase.name == "queued" else iso_time(job.started_at),
        "ended_at": iso_time(job.ended_at) if done else None,
        "status_code": None if ending is None else 200 if isinstance(ending, DrawingPlan) else ending.status,
        "duration": round(job.duration, 4) if done else None,
    }
    if "payloads" in request.parameter("expand"):
        row["json_input"] = job.body
        row["json_output"] = (
            output(state, job, ending, request.base) if isinstance(ending, DrawingPlan) else ending and ending.body
        )
    return row


def _has_status(row: dict[str, Any], status: str) -> bool:
    code = row["status_code"]
    match status:
        case "success":
            return bool(code == 200)
        case "error":
            return code is not None and int(code) >= 500
        case "user_error":
            return code is not None and 400 <= int(code) < 500
    return True
