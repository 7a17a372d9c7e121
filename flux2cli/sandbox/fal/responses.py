"""The bodies and headers that fal returns for a job: the created job, its status, its result.

The forms are those that both official clients read.
"""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from flux2cli.sandbox.fal.errors import app_of
from flux2cli.sandbox.fal.images import image_url
from flux2cli.sandbox.fal.outcomes import FalFailure, billable_units, outcome, route_of
from flux2cli.sandbox.http import ServerResponse, json_response
from flux2cli.sandbox.job_store import EmulatedJob, JobPhase, phase_at
from flux2cli.sandbox.pictures import DrawingPlan, Picture
from flux2cli.sandbox.state import SandboxState

_CLOSED_VARIANTS = ("pro", "flex", "max")
"""Variants whose output has `images` and `seed` only (fal's schema)."""

_STATUSES = {"queued": "IN_QUEUE", "running": "IN_PROGRESS", "done": "COMPLETED"}
_LOG_LINES = 4
_SILENT = 7
"""The result of one prompt in so many states no sizes: fal often leaves them null (recorded)."""


def _job_urls(job: EmulatedJob, base: str) -> dict[str, str]:
    root = f"{base}/queue/{app_of(job.endpoint)}/requests/{job.id}"
    return {"response_url": root, "status_url": f"{root}/status", "cancel_url": f"{root}/cancel"}


def submitted(job: EmulatedJob, base: str, *, webhook: bool) -> ServerResponse:
    """The created job; with a webhook it has the gateway's id, too."""
    body: dict[str, Any] = {"status": "IN_QUEUE", "request_id": job.id, **_job_urls(job, base)}
    body["queue_position"] = phase_at(job, job.submitted_at).position
    if webhook:
        body["gateway_request_id"] = job.id
    return json_response(body, headers={"x-fal-request-id": job.id})


def status(
    state: SandboxState, job: EmulatedJob, base: str, *, logs: bool, skip: int = 0
) -> tuple[dict[str, Any], JobPhase]:
    """The body of the job's status, and the phase that it shows. `logs` adds the log without its first `skip` lines."""
    now = state.clock()
    phase = phase_at(job, now)
    body: dict[str, Any] = {"status": _STATUSES[phase.name], "request_id": job.id, **_job_urls(job, base)}
    if phase.name == "queued":
        return {**body, "queue_position": phase.position}, phase
    body["logs"] = _log(job, now)[skip:] if logs else None
    if phase.name == "done":
        ending = outcome(state, job)
        body["metrics"] = {"inference_time": round(max(0.0, job.duration), 4)}
        if isinstance(ending, FalFailure) and ending.error is not None:
            body |= {"error": ending.error, "error_type": ending.error_type}
    return body, phase


def _log(job: EmulatedJob, now: float) -> list[dict[str, str]]:
    """The model's log up to now: a line per quarter of its run."""
    lines = []
    for step in range(1, _LOG_LINES + 1):
        at = job.started_at + job.running * step / _LOG_LINES
        if at <= min(now, job.ended_at):
            text = f"step {step}/{_LOG_LINES}"
            lines.append({"message": text, "timestamp": iso_time(at), "level": "INFO", "source": "USER"})
    return lines


def result(state: SandboxState, job: EmulatedJob, base: str) -> ServerResponse:
    """The result of a job that has ended: the model's output, or its error with the error's own HTTP status."""
    ending = outcome(state, job)
    headers = {"x-fal-request-id": job.id, "x-fal-served-from": job.id}
    if isinstance(ending, DrawingPlan):
        units = {"x-fal-billable-units": billable_units(state, job, ending)}
        return json_response(output(state, job, ending, base), headers={**headers, **units})
    if ending.status != 422 and ending.error_type is not None:
        headers["X-Fal-Error-Type"] = ending.error_type
    return json_response(ending.body, ending.status, {**headers, "x-fal-billable-units": "0"})


def output(state: SandboxState, job: EmulatedJob, plan: DrawingPlan, base: str) -> dict[str, Any]:
    """The model's output. Draws the images, since it has their sizes in bytes."""
    images = [_image(state, job, index, plan, base) for index in range(len(plan.pictures))]
    route = route_of(state, job)
    if route.mode == "outpaint":
        return {"images": images}
    if route.variant in _CLOSED_VARIANTS:
        return {"images": images, "seed": job.seed}
    prompt = str(plan.fields.get("prompt", ""))
    return {
        "images": images,
        "timings": {"inference": round(job.running, 4)},
        "seed": job.seed,
        "has_nsfw_concepts": [picture.black for picture in plan.pictures],
        "prompt": f"{prompt}, in rich detail" if plan.fields.get("enable_prompt_expansion") else prompt,
    }


def _image(state: SandboxState, job: EmulatedJob, index: int, plan: DrawingPlan, base: str) -> dict[str, Any]:
    picture = plan.pictures[index]
    data = state.pictures.get(picture)
    url = image_url(job, index, picture, base)
    is_silent = crc32(picture.prompt.encode("utf-8", "replace")) % _SILENT == 0
    return {
        "url": _data_url(picture, data) if plan.fields.get("sync_mode") else url,
        "content_type": picture.media_type,
        "file_name": f"{index}.{picture.suffix}",
        "file_size": None if is_silent else len(data),
        "width": None if is_silent else picture.width,
        "height": None if is_silent else picture.height,
    }


def _data_url(picture: Picture, data: bytes) -> str:
    return f"data:{picture.media_type};base64,{b64encode(data).decode()}"


def iso_time(moment: float) -> str:
    """Seconds since the epoch as ISO 8601 in UTC."""
    return datetime.fromtimestamp(moment, UTC).isoformat()
