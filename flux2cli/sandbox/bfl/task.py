"""A task of Black Forest Labs: what it draws, what it costs, how it ends. Follows from the stored job alone."""

from decimal import Decimal
from typing import Any

from flux2cli.catalog import Route
from flux2cli.catalog.sizes import MEGAPIXEL
from flux2cli.core.money import cost
from flux2cli.providers.registry import by_endpoint
from flux2cli.sandbox import bfl_schema
from flux2cli.sandbox.job_store import EmulatedJob, stand
from flux2cli.sandbox.pictures import Picture
from flux2cli.sandbox.state import Site

_CREDIT = Decimal("0.01")
"""US dollars."""


def route_of(job: EmulatedJob) -> Route | None:
    """The catalogue's row of the job's model; None when this version does not have it any more."""
    return by_endpoint("bfl", job.endpoint)


def find_job(site: Site, job_id: str) -> EmulatedJob | None:
    """The job with this id; None also for one whose model this version does not have any more."""
    job = site.jobs.get(job_id)
    return job if job is not None and job.protocol == "bfl" and route_of(job) else None


def planned(site: Site, job: EmulatedJob) -> bfl_schema.Plan | dict[str, Any]:
    """What the job draws; or the status, error and details that it ends with."""
    early = _faulted(job)
    if early is not None:
        return early
    route = route_of(job)
    whole = bfl_schema.complete(route, job.body) if route else []
    if isinstance(whole, list):  # stored by a version with other rules
        return _error("invalid_request", "The input is not valid any more")
    made = bfl_schema.plan(site, job, whole)
    if isinstance(made, bfl_schema.Plan):
        return made
    what = "could not be downloaded" if made.missing else "is not a valid image"
    return _error("invalid_image", f"{made.field} {what}")


def finished(site: Site, job_id: str) -> tuple[EmulatedJob, Picture] | None:
    """A job that is over and its image; None when there is none."""
    job = find_job(site, job_id)
    if job is None or stand(job, site.clock()).state != "done":
        return None
    made = planned(site, job)
    return (job, made.picture) if isinstance(made, bfl_schema.Plan) else None


def price(route: Route, made: bfl_schema.Plan) -> Decimal | None:
    """US dollars; None without a known price."""
    size = (made.picture.width, made.picture.height)
    return cost.estimate(route, outputs=[size], inputs=bfl_schema.billed(made.inputs)).low


def bill(route: Route, made: bfl_schema.Plan) -> dict[str, float | None]:
    """Credits and megapixels as the reply to a create names them; a reference elsewhere counts one megapixel."""
    amount = price(route, made)
    inputs = sum(width * height for width, height in bfl_schema.billed(made.inputs))
    return {
        "cost": None if amount is None else float(amount / _CREDIT),
        "input_mp": round(inputs / MEGAPIXEL, 2),
        "output_mp": round(made.picture.width * made.picture.height / MEGAPIXEL, 2),
    }


def _faulted(job: EmulatedJob) -> dict[str, Any] | None:
    names = {fault.kind.name for fault in job.life()}
    if "moderated-request" in names:
        return {"status": "Request Moderated", "details": {"Moderation Reasons": ["Derivative Works Filter"]}}
    if "moderated" in names:
        return {"status": "Content Moderated", "details": {"Moderation Reasons": ["Safety Filter"]}}
    if "422-late" in names:
        return _error("invalid_request", "prompt: Field required")
    if any(name.startswith("failed") for name in names):
        return _error("internal_error", "The generation failed")
    return None


def _error(code: str, message: str) -> dict[str, Any]:
    return {"status": "Error", "error": code, "message": message, "details": {"error": code, "message": message}}
