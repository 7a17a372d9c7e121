"""fal's platform API, as far as it helps here: models, prices from the catalogue, and the history of requests."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flux2cli.catalog import Route
from flux2cli.providers.registry import by_endpoint, routes
from flux2cli.sandbox.fal import auth
from flux2cli.sandbox.fal.outcome import Plan, find_job, output, plan
from flux2cli.sandbox.fal.replies import iso
from flux2cli.sandbox.http import Answer, Incoming, as_json, rule
from flux2cli.sandbox.job_store import EmulatedJob, stand
from flux2cli.sandbox.state import Site

_DAY = 24 * 3600
_PAGE, _LARGEST_PAGE = 50, 100
_MOST_IDS = 50


def _error(status: int, kind: str, text: str) -> Answer:
    return as_json({"error": {"type": kind, "message": text}}, status)


def _asked_ids(ask: Incoming) -> list[str]:
    return [name for text in ask.query.get("endpoint_id", ()) for name in text.split(",") if name]


def _models(site: Site, ask: Incoming) -> Answer:
    if "authorization" in ask.headers and (turned_away := auth.refusal(site, ask)):
        return turned_away
    ids = _asked_ids(ask)
    rows = [_model(route) for route in routes() if route.provider == "fal" and (not ids or route.endpoint in ids)]
    return as_json({"models": rows, "next_cursor": None, "has_more": False})


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


def _pricing(site: Site, ask: Incoming) -> Answer:
    turned_away = auth.refusal(site, ask)
    if turned_away is not None:
        return turned_away
    ids = _asked_ids(ask)
    if not 1 <= len(ids) <= _MOST_IDS:
        return _error(400, "validation_error", f"endpoint_id has to be given 1 to {_MOST_IDS} times")
    prices = []
    for name in ids:
        route = by_endpoint("fal", name)
        if route is None or route.price is None:
            return _error(404, "not_found", f"Endpoint '{name}' not found or has no price")
        unit_price = float(route.price.first)
        prices.append({"endpoint_id": name, "unit_price": unit_price, "unit": "megapixels", "currency": "USD"})
    return as_json({"prices": prices, "next_cursor": None, "has_more": False})


def _history(site: Site, ask: Incoming) -> Answer:
    turned_away = auth.refusal(site, ask)
    if turned_away is not None:
        return turned_away
    ids = _asked_ids(ask)
    if not ids:
        return _error(400, "validation_error", "endpoint_id is required")
    try:
        start, end = _window(site, ask)
        limit, offset = int(ask.asked("limit", str(_PAGE))), int(ask.asked("cursor", "0"))
    except ValueError:
        return _error(400, "validation_error", "start, end, limit or cursor is malformed")
    wanted = ask.asked("request_id")
    jobs = [
        job
        for job in site.jobs.since(start)
        if find_job(site, job.id) and job.endpoint in ids and job.submitted_at < end and wanted in ("", job.id)
    ]
    rows = [row for row in (_row(site, ask, job) for job in _newest_first(jobs)) if _fits(row, ask.asked("status"))]
    limit = min(max(limit, 1), _LARGEST_PAGE)
    more = len(rows) > offset + limit
    page = rows[offset : offset + limit]
    return as_json({"items": page, "next_cursor": str(offset + limit) if more else None, "has_more": more})


def _newest_first(jobs: Sequence[EmulatedJob]) -> list[EmulatedJob]:
    return sorted(jobs, key=lambda job: job.submitted_at, reverse=True)


def _window(site: Site, ask: Incoming) -> tuple[float, float]:
    now = site.clock()
    start, end = ask.asked("start"), ask.asked("end")
    return (_moment(start) if start else now - _DAY), (_moment(end) if end else now + 1)


def _moment(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _row(site: Site, ask: Incoming, job: EmulatedJob) -> dict[str, Any]:
    now = site.clock()
    where = stand(job, now)
    done = where.state == "done"
    made = plan(site, job, now) if done else None
    code = None if made is None else 200 if isinstance(made, Plan) else made.status
    row: dict[str, Any] = {
        "request_id": job.id,
        "endpoint_id": job.endpoint,
        "sent_at": iso(job.submitted_at),
        "started_at": None if where.state == "queued" else iso(job.submitted_at + job.queued),
        "ended_at": iso(job.ended_at) if done else None,
        "status_code": code,
        "duration": round(job.ended_at - job.submitted_at - job.queued, 4) if done else None,
    }
    if "payloads" in ask.asked("expand"):
        row["json_input"] = job.body
        row["json_output"] = output(site, job, made, ask.base) if isinstance(made, Plan) else made and made.body
    return row


def _fits(row: dict[str, Any], status: str) -> bool:
    code = row["status_code"]
    match status:
        case "success":
            return bool(code == 200)
        case "error":
            return code is not None and int(code) >= 500
        case "user_error":
            return code is not None and 400 <= int(code) < 500
    return True


RULES = (
    rule("fal.platform", "GET", r"/api/v1/models", _models),
    rule("fal.platform", "GET", r"/api/v1/models/pricing", _pricing),
    rule("fal.platform", "GET", r"/api/v1/models/requests/by-endpoint", _history),
)
