"""How a job of Black Forest Labs ends: the image that it draws and its price, or its error."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flux2cli.catalog import Route
from flux2cli.catalog.pricing import price_bounds
from flux2cli.sandbox.bfl.outpainting import plan_outpainting
from flux2cli.sandbox.job_store import EmulatedJob, phase_at
from flux2cli.sandbox.numbered_fields import BadImage, billed_sizes, complete_input, plan_drawing
from flux2cli.sandbox.pictures import DrawingPlan
from flux2cli.sandbox.state import SandboxState

NAME = "bfl"


@dataclass(frozen=True, slots=True, kw_only=True)
class BflFailure:
    """The status of a job that ended without an image, and the fields that its result has."""

    status: str
    fields: dict[str, Any]


def find_job(state: SandboxState, job_id: str) -> EmulatedJob | None:
    """The job with this id; None also when the catalogue has no route for it any more."""
    job = state.jobs.get(job_id)
    return job if job is not None and job.protocol == NAME and state.route(NAME, job.endpoint) else None


def outcome(state: SandboxState, job: EmulatedJob) -> DrawingPlan | BflFailure:
    """What the job draws, or how it fails."""
    failure = _injected_failure(job)
    if failure is not None:
        return failure
    route = state.route(NAME, job.endpoint)
    fields = complete_input(route, job.body) if route else []
    if route is None or isinstance(fields, list):  # a version with other rules stored the job
        return _error("invalid_request", "The input is not valid any more")
    planned = plan(state, route, job, fields)
    if isinstance(planned, BadImage):
        problem = "could not be downloaded" if planned.missing else "is not a valid image"
        return _error("invalid_image", f"{planned.field} {problem}")
    return planned


def plan(state: SandboxState, route: Route, job: EmulatedJob, fields: Mapping[str, Any]) -> DrawingPlan | BadImage:
    """What the job draws, or its reference image that cannot be used. `fields` has the catalogue's defaults."""
    if route.mode == "outpaint":
        return plan_outpainting(state, job, fields)
    return plan_drawing(state, job, fields)


def finished(state: SandboxState, job_id: str) -> tuple[EmulatedJob, DrawingPlan] | None:
    """A job that has ended with an image, and what it drew; None for other jobs."""
    job = find_job(state, job_id)
    if job is None or phase_at(job, state.clock()).name != "done":
        return None
    found = outcome(state, job)
    return (job, found) if isinstance(found, DrawingPlan) else None


def price_of(state: SandboxState, job: EmulatedJob, planned: DrawingPlan) -> Decimal | None:
    """US dollars; None where the catalogue has no price."""
    route, sizes = state.route(NAME, job.endpoint), billed_sizes(planned.inputs)
    bounds = price_bounds(route, outputs=[planned.picture.size], inputs=sizes) if route else None
    return bounds[0] if bounds else None


def _injected_failure(job: EmulatedJob) -> BflFailure | None:
    names = {fault.kind.name for fault in job.drawn_faults()}
    if "moderated-request" in names:
        return _moderated("Request Moderated", "Derivative Works Filter")
    if "moderated" in names:
        return _moderated("Content Moderated", "Safety Filter")
    if "422-late" in names:
        return _error("invalid_request", "prompt: Field required")
    if any(name.startswith("failed") for name in names):
        return _error("internal_error", "The generation failed")
    return None


def _moderated(status: str, reason: str) -> BflFailure:
    return BflFailure(status=status, fields={"details": {"Moderation Reasons": [reason]}})


def _error(code: str, message: str) -> BflFailure:
    detail = {"error": code, "message": message}
    return BflFailure(status="Error", fields={**detail, "details": detail})
