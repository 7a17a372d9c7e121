"""A Vtrix task as it is asked for: running with its progress, then completed or failed; and its image."""

import base64
import binascii
import re
from typing import Any

from flux2cli.core.money.cost import money
from flux2cli.providers.registry import by_endpoint
from flux2cli.sandbox import bfl_schema, downloads
from flux2cli.sandbox.http import Answer, Incoming, as_json, rule
from flux2cli.sandbox.input_images import Found
from flux2cli.sandbox.job_store import EmulatedJob, stand
from flux2cli.sandbox.pictures import Picture
from flux2cli.sandbox.state import Site
from flux2cli.sandbox.vtrix import price, refusals

_IMAGE_PATH = r"/cdn/vtrix/(?P<id>[a-z2-7]{26})\.(?P<suffix>\w+)"
_UNKNOWN_WORD = "reviewing"


def task_id(job: EmulatedJob) -> str:
    """The job's id as Vtrix would write it: lower-case letters and digits."""
    return base64.b32encode(bytes.fromhex(job.id.replace("-", ""))).decode().rstrip("=").lower()


def find_job(site: Site, text: str) -> EmulatedJob | None:
    """The job of a task id; None also for one whose model this version does not have any more."""
    try:
        digits = base64.b32decode(text.upper() + "======").hex()
    except (binascii.Error, ValueError):
        return None
    job = site.jobs.get("-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])))
    return job if job and job.protocol == "vtrix" and by_endpoint("vtrix", job.endpoint) else None


def created(job: EmulatedJob) -> dict[str, Any]:
    """The reply to a create, and what every later reply begins with."""
    return {"id": task_id(job), "status": "in_progress", "model": job.endpoint, "created_at": int(job.submitted_at)}


def _ask(site: Site, ask: Incoming) -> Answer:
    turned_away = refusals.by_key(site, ask)
    if turned_away is not None:
        return turned_away
    job = find_job(site, ask.parts["id"])
    if job is None:
        return _no_task()
    now = site.clock()
    where = stand(job, now)
    fault = site.fault(ask, "status", job) or (site.fault(ask, "result", job) if where.state == "done" else None)
    match fault.kind.name if fault else None:
        case "status-500" | "result-500":
            return refusals.refused(500, "internal_error", "Internal server error")
        case "task-not-found":
            return _no_task()
        case "unknown-status":
            return as_json({**created(job), "status": _UNKNOWN_WORD})
    if where.state != "done":
        return as_json({**created(job), "progress": _progress(job, now)})
    return as_json({**created(job), **_ending(site, job, ask.base)})


def _no_task() -> Answer:
    return refusals.refused(404, "task_not_found", "Task not found")


def _progress(job: EmulatedJob, now: float) -> float:
    """From 0 to below 1, over the time that the job waits and runs."""
    return round(min(0.99, max(0.0, (now - job.submitted_at) / (job.ended_at - job.submitted_at))), 2)


def _ending(site: Site, job: EmulatedJob, base: str) -> dict[str, Any]:
    error = _error_of(job)
    if error is not None:
        return {"status": "failed", **error}
    made = _plan(site, job)
    if not isinstance(made, bfl_schema.Plan):
        return {"status": "failed", **made}
    url = f"{base}/cdn/vtrix/{task_id(job)}.{made.picture.suffix}"
    return {
        "status": "completed",
        "output": [{"content": [{"type": "image", "url": url}]}],
        "usage": {"cost": money(price.of(job.endpoint, made)), "discount": 0},
        "metadata": {},
    }


def _error_of(job: EmulatedJob) -> dict[str, Any] | None:
    """The error that the job's faults end it with, in the shapes that Vtrix' own client was written for."""
    text = "The generation failed"
    for name, error in (
        ("moderated", {"code": "content_moderated", "message": "The request was refused by moderation"}),
        ("moderated-request", {"code": "content_moderated", "message": "The prompt was refused by moderation"}),
        ("422-late", {"code": "invalid_parameter", "message": "params.prompt: Field required"}),
        ("failed", {"code": "002014001", "message": text}),
        ("failed-message", {"code": "002014001", "error_message": text}),
        ("failed-integer", {"code": 2014001, "message": text}),
        ("failed-text", text),
    ):
        if job.ends(name):
            return {"error": error}
    return {} if job.ends("failed-silently") else None


def _plan(site: Site, job: EmulatedJob) -> bfl_schema.Plan | dict[str, Any]:
    """What the job draws, or the error that it ends with."""
    route = by_endpoint("vtrix", job.endpoint)
    whole = bfl_schema.complete(route, job.body) if route else []
    if isinstance(whole, list):  # stored by a version with other rules
        return {"error": {"code": "invalid_parameter", "message": "The parameters are not valid any more"}}
    made = bfl_schema.plan(site, job, whole)
    if isinstance(made, bfl_schema.Plan):
        return made
    what = "cannot be downloaded" if made.missing else "is not an image"
    return {"error": {"code": "invalid_image", "message": f"params.{made.field} {what}"}}


def _picture(site: Site, job: EmulatedJob, suffix: str) -> Picture | None:
    if stand(job, site.clock()).state != "done" or _error_of(job) is not None:
        return None
    made = _plan(site, job)
    return made.picture if isinstance(made, bfl_schema.Plan) and made.picture.suffix == suffix else None


def _image(site: Site, ask: Incoming) -> Answer:
    downloads.note_key(site, ask)
    job = find_job(site, ask.parts["id"])
    picture = _picture(site, job, ask.parts["suffix"]) if job else None
    return downloads.missing() if job is None or picture is None else downloads.serve(site, ask, job, picture)


def find(site: Site, path: str) -> Found | None:
    """What lies at a path of this CDN; None for a path of another form."""
    named = re.fullmatch(_IMAGE_PATH, path)
    if named is None:
        return None
    job = find_job(site, named["id"])
    picture = _picture(site, job, named["suffix"]) if job else None
    return Found(kind="image", size=(picture.width, picture.height)) if picture else Found(kind="missing")


RULES = (
    rule("vtrix.task", "GET", r"/model/v1/generation/task/(?P<id>[^/]+)", _ask),
    rule("vtrix.image", "GET", _IMAGE_PATH, _image),
)
