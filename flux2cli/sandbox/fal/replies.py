"""fal's queue objects: the reply to a submit, the status of a job, its result. Shapes from both official clients."""

from datetime import UTC, datetime
from typing import Any

from flux2cli.sandbox.fal.outcome import Ending, Plan, billable_units, output, plan
from flux2cli.sandbox.http import Answer, as_json
from flux2cli.sandbox.job_store import EmulatedJob, Stand, stand
from flux2cli.sandbox.state import Site

_STATES = {"queued": "IN_QUEUE", "running": "IN_PROGRESS", "done": "COMPLETED"}
_STEPS = 4


def addresses(job: EmulatedJob, base: str) -> dict[str, str]:
    """The follow-up URLs of a job: everything after owner and app is dropped."""
    root = f"{base}/queue/{app_of(job.endpoint)}/requests/{job.id}"
    return {"response_url": root, "status_url": f"{root}/status", "cancel_url": f"{root}/cancel"}


def app_of(endpoint: str) -> str:
    """Owner and app of an endpoint id."""
    return "/".join(endpoint.split("/")[:2])


def submitted(job: EmulatedJob, base: str, *, webhook: bool) -> Answer:
    """The reply to a submit; with a webhook it names the gateway's id, too."""
    data: dict[str, Any] = {"status": "IN_QUEUE", "request_id": job.id, **addresses(job, base)}
    data["queue_position"] = stand(job, job.submitted_at).position
    if webhook:
        data["gateway_request_id"] = job.id
    return as_json(data, headers={"x-fal-request-id": job.id})


def status(site: Site, job: EmulatedJob, base: str, *, logs: bool, after: int = 0) -> tuple[dict[str, Any], Stand]:
    """The status object and what it was made from; `logs` leaves out the first `after` lines."""
    now = site.clock()
    where = stand(job, now)
    data: dict[str, Any] = {"status": _STATES[where.state], "request_id": job.id, **addresses(job, base)}
    if where.state == "queued":
        return {**data, "queue_position": where.position}, where
    data["logs"] = log_lines(job, now)[after:] if logs else None
    if where.state == "done":
        made = plan(site, job, now)
        data["metrics"] = {"inference_time": round(max(0.0, job.ended_at - job.submitted_at - job.queued), 4)}
        if isinstance(made, Ending):
            data |= {"error": made.error, "error_type": made.error_type}
    return data, where


def log_lines(job: EmulatedJob, now: float) -> list[dict[str, str]]:
    """What the model has said by then: one line per quarter of its run."""
    start = job.submitted_at + job.queued
    lines = []
    for step in range(1, _STEPS + 1):
        at = start + job.running * step / _STEPS
        if at <= min(now, job.ended_at):
            lines.append({"message": f"step {step}/{_STEPS}", "timestamp": iso(at), "level": "INFO", "source": "USER"})
    return lines


def result(site: Site, job: EmulatedJob, base: str) -> Answer:
    """The result of a finished job: the model's output, or the error it ended with under its own code."""
    made = plan(site, job, site.clock())
    headers = {"x-fal-request-id": job.id}
    if isinstance(made, Plan):
        return as_json(
            output(site, job, made, base), headers={**headers, "x-fal-billable-units": billable_units(job, made)}
        )
    if made.status != 422:
        headers["X-Fal-Error-Type"] = made.error_type
    return as_json(made.body, made.status, {**headers, "x-fal-billable-units": "0"})


def iso(moment: float) -> str:
    """Seconds since the epoch as ISO 8601 in UTC."""
    return datetime.fromtimestamp(moment, UTC).isoformat()
