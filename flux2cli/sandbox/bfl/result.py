"""Asking Black Forest Labs where a task stands, what came of it, and how many credits are left."""

from typing import Any

from flux2cli.sandbox import bfl_schema
from flux2cli.sandbox.bfl import delivery, refusals, task
from flux2cli.sandbox.http import Answer, Incoming, as_json, rule
from flux2cli.sandbox.job_store import EmulatedJob, stand
from flux2cli.sandbox.state import Site

_UNKNOWN_WORD = "Reviewing"
_ENDLESS = 100_000.0
"""Credits of an account without end."""


def _poll(site: Site, ask: Incoming) -> Answer:
    turned_away = refusals.by_key(site, ask)
    if turned_away is not None:
        return turned_away
    job_id = ask.asked("id")
    if not job_id:
        return as_json({"detail": [{"loc": ["query", "id"], "msg": "Field required", "type": "missing"}]}, 422)
    job = task.find_job(site, job_id)
    if job is None:
        return as_json(_object(job_id, "Task not found"))
    where = stand(job, site.clock())
    fault = site.fault(ask, "status", job) or (site.fault(ask, "result", job) if where.state == "done" else None)
    match fault.kind.name if fault else None:
        case "status-500" | "result-500":
            return refusals.said(500, "Internal Server Error")
        case "task-not-found":
            return as_json(_object(job_id, "Task not found"))
        case "unknown-status":
            return as_json(_object(job_id, _UNKNOWN_WORD))
    if where.state == "done":
        return as_json(_ended(site, job, ask.base))
    return as_json(_object(job_id, "Pending", progress=_progress(job, site.clock())))


def _object(job_id: str, status: str, **more: Any) -> dict[str, Any]:
    blank = {"result": None, "progress": None, "details": None, "preview": None}
    return {"id": job_id, "status": status, **blank, **more}


def _progress(job: EmulatedJob, now: float) -> float:
    """From 0 to below 1, over the time that the task runs."""
    if not job.running:
        return 0.0
    return round(min(0.99, max(0.0, (now - job.submitted_at - job.queued) / job.running)), 2)


def _ended(site: Site, job: EmulatedJob, base: str) -> dict[str, Any]:
    made = task.planned(site, job)
    if not isinstance(made, bfl_schema.Plan):
        return _object(job.id, **made)
    prompt = str(made.whole.get("prompt", ""))
    started = job.submitted_at + job.queued
    result = {
        "sample": delivery.address(job, made.picture, base, site.clock()),
        "prompt": f"{prompt}, in rich detail" if made.whole.get("prompt_upsampling") else prompt,
        "seed": job.seed,
        "start_time": started,
        "end_time": job.ended_at,
        "duration": round(job.ended_at - started, 4),
    }
    return _object(job.id, "Ready", result=result)


def _credits(site: Site, ask: Incoming) -> Answer:
    turned_away = refusals.by_key(site, ask)
    if turned_away is not None:
        return turned_away
    left = site.balance.amount
    return as_json({"credits": _ENDLESS if left is None else float(left * 100)})


RULES = (
    rule("bfl.result", "GET", r"/v1/get_result", _poll),
    rule("bfl.credits", "GET", r"/v1/credits", _credits),
)
