"""How a job of Vtrix ends: the image that it draws and its price, or its error."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flux2cli.catalog.pricing import price_bounds
from flux2cli.sandbox.job_store import EmulatedJob, phase_at
from flux2cli.sandbox.numbered_fields import BadImage, billed_sizes, complete_input, plan_drawing
from flux2cli.sandbox.pictures import DrawingPlan
from flux2cli.sandbox.state import SandboxState

NAME = "vtrix"

_FAILED = "The generation failed"
_INJECTED: Mapping[str, object] = {
    "moderated": {"code": "content_moderated", "message": "The request was refused by moderation"},
    "moderated-request": {"code": "content_moderated", "message": "The prompt was refused by moderation"},
    "422-late": {"code": "invalid_parameter", "message": "params.prompt: Field required"},
    "failed": {"code": "002014001", "message": _FAILED},
    "failed-message": {"code": "002014001", "error_message": _FAILED},
    "failed-integer": {"code": 2014001, "message": _FAILED},
    "failed-text": _FAILED,
}
"""The error of a job by its fault, in the forms that Vtrix' own client reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VtrixFailure:
    """The fields of a failed job: its `error`, or none at all."""

    fields: dict[str, Any]


def task_id(job: EmulatedJob) -> str:
    """The job's id in the form that Vtrix gives its own: lower-case letters and digits."""
    return base64.b32encode(bytes.fromhex(job.id.replace("-", ""))).decode().rstrip("=").lower()


def find_job(state: SandboxState, text: str) -> EmulatedJob | None:
    """The job with this `task_id`; None also when the catalogue has no route for it any more."""
    try:
        digits = base64.b32decode(text.upper() + "======").hex()
    except (binascii.Error, ValueError):
        return None
    job = state.jobs.get("-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])))
    return job if job and job.protocol == NAME and state.route(NAME, job.endpoint) else None


def outcome(state: SandboxState, job: EmulatedJob) -> DrawingPlan | VtrixFailure:
    """What the job draws, or how it fails."""
    failure = _injected_failure(job)
    if failure is not None:
        return failure
    route = state.route(NAME, job.endpoint)
    fields = complete_input(route, job.body) if route else []
    if isinstance(fields, list):  # a version with other rules stored the job
        return _error("invalid_parameter", "The parameters are not valid any more")
    plan = plan_drawing(state, job, fields, states_seed=False)
    if isinstance(plan, BadImage):
        problem = "cannot be downloaded" if plan.missing else "is not an image"
        return _error("invalid_image", f"params.{plan.field} {problem}")
    return plan


def finished(state: SandboxState, job_id: str) -> tuple[EmulatedJob, DrawingPlan] | None:
    """A job that has ended with an image, and what it drew; None for other jobs."""
    job = find_job(state, job_id)
    if job is None or phase_at(job, state.clock()).name != "done":
        return None
    plan = outcome(state, job)
    return (job, plan) if isinstance(plan, DrawingPlan) else None


def price_of(state: SandboxState, job: EmulatedJob, plan: DrawingPlan) -> Decimal:
    """US dollars; 0 where no price is known.

    Vtrix publishes no prices. The price of an edit of the same variant at another provider stands in; without reference
    images an edit costs as much as text alone.
    """
    route = state.route(NAME, job.endpoint)
    edits = (r for r in state.routes if route and r.variant == route.variant and r.mode == "edit" and r.price)
    edit = next(edits, None)
    sizes = billed_sizes(plan.inputs)
    bounds = price_bounds(edit, outputs=[plan.picture.size], inputs=sizes) if edit else None
    return bounds[0] if bounds else Decimal(0)


def _injected_failure(job: EmulatedJob) -> VtrixFailure | None:
    for name, error in _INJECTED.items():
        if job.has_fault(name):
            return VtrixFailure(fields={"error": error})
    return VtrixFailure(fields={}) if job.has_fault("failed-silently") else None


def _error(code: str, message: str) -> VtrixFailure:
    return VtrixFailure(fields={"error": {"code": code, "message": message}})
