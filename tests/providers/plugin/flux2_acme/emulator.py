"""Acme in the sandbox: jobs, their pictures, the account."""

import json
import re
from typing import Any

from flux2cli.catalog.sizes import PRESETS, Pixels
from flux2cli.sandbox import downloads
from flux2cli.sandbox.emulator import Rule, rule
from flux2cli.sandbox.http import ServerRequest, ServerResponse, json_response
from flux2cli.sandbox.input_images import InputImage
from flux2cli.sandbox.job_store import EmulatedJob, phase_at
from flux2cli.sandbox.new_jobs import broken_response, is_fault, new_job, submit_fault
from flux2cli.sandbox.pictures import Picture
from flux2cli.sandbox.state import SandboxState

NAME = "acme"
KEY_HEADER = "x-acme-token"
FAULTS: tuple[str, ...] = ()

_PATH = r"/cdn/acme/(?P<id>[0-9a-f-]{36})"


def _refusal(state: SandboxState, request: ServerRequest) -> ServerResponse | None:
    key = request.headers.get(KEY_HEADER)
    if not key or (state.keys is not None and key not in state.keys):
        return json_response({"error": "who are you?"}, 401)
    return None


def submit(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """Create a job."""
    fault = submit_fault(state, request)
    if refusal := _refusal(state, request):
        return refusal
    for status in (401, 402, 429, 500):
        if is_fault(fault, str(status)):
            wait = fault.argument if fault else None
            return json_response({"error": "not now"}, status, {} if wait is None else {"Retry-After": f"{wait:g}"})
    data = json.loads(request.body.read())
    route = state.route(NAME, str(data.get("model")))
    if route is None or not isinstance(data.get("input"), dict) or not data["input"].get("text"):
        return json_response({"error": "no such model, or no text"}, 400)
    job = new_job(state, request, route, data["input"])
    state.jobs.add(job)
    return broken_response(fault) or json_response({"job": job.id}, 201)


def _job(state: SandboxState, job_id: str) -> EmulatedJob | None:
    job = state.jobs.get(job_id)
    return job if job is not None and job.protocol == NAME else None


def status(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """Where a job stands, with its picture at the end."""
    if refusal := _refusal(state, request):
        return refusal
    job = _job(state, request.parts["id"])
    if job is None:
        return json_response({"error": "no such job"}, 404)
    match phase_at(job, state.clock()).name:
        case "queued":
            return json_response({"state": "waiting"})
        case "running":
            return json_response({"state": "drawing"})
    if job.has_fault("failed"):
        return json_response({"state": "broken", "error": "the brush broke"})
    return json_response({"state": "ready", "picture": f"{request.base}/cdn/acme/{job.id}", "seed": job.seed})


def _picture(job: EmulatedJob) -> Picture:
    body: dict[str, Any] = dict(job.body)
    size: Pixels = (body["w"], body["h"]) if "w" in body else PRESETS["square_hd"]
    return Picture(
        prompt=str(body["text"]), seed=job.seed, width=size[0], height=size[1], format=str(body.get("type", "png"))
    )


def picture(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """The picture of a job."""
    state.record_leak(request)
    job = _job(state, request.parts["id"])
    return downloads.serve_image(state, request, job, _picture(job)) if job else downloads.no_image()


def account(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """Whose key it is."""
    return _refusal(state, request) or json_response({"name": "Road Runner"})


def find_image(state: SandboxState, path: str) -> InputImage | None:
    """The picture at a path."""
    parts = re.fullmatch(_PATH, path)
    if parts is None:
        return None
    job = _job(state, parts["id"])
    return InputImage(kind="image", size=(_picture(job).width, _picture(job).height)) if job else None


RULES: tuple[Rule, ...] = (
    rule("acme.submit", "POST", "/acme/jobs", submit),
    rule("acme.status", "GET", r"/acme/jobs/(?P<id>[0-9a-f-]{36})", status),
    rule("acme.account", "GET", "/acme/account", account),
    rule("acme.picture", "GET", _PATH, picture),
)
