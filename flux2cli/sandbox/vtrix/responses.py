"""The bodies that Vtrix returns for a job: the created job, its status, its result."""

from decimal import Decimal
from typing import Any

from flux2cli.catalog.pricing import money
from flux2cli.sandbox.job_store import EmulatedJob
from flux2cli.sandbox.pictures import DrawingPlan
from flux2cli.sandbox.vtrix.images import image_url
from flux2cli.sandbox.vtrix.outcomes import VtrixFailure, task_id


def submitted(job: EmulatedJob) -> dict[str, Any]:
    """The created job. Every later body begins with the same fields."""
    return {"id": task_id(job), "status": "in_progress", "model": job.endpoint, "created_at": int(job.submitted_at)}


def status(job: EmulatedJob, now: float) -> dict[str, Any]:
    """A job that has not ended."""
    return {**submitted(job), "progress": _progress(job, now)}


def _progress(job: EmulatedJob, now: float) -> float:
    """The job's progress, from 0 to 0.99, while it waits and runs."""
    return round(min(0.99, max(0.0, (now - job.submitted_at) / (job.ended_at - job.submitted_at))), 2)


def result(job: EmulatedJob, outcome: DrawingPlan | VtrixFailure, price: Decimal, base: str) -> dict[str, Any]:
    """A job that has ended. `price` in US dollars is that of its image."""
    if isinstance(outcome, VtrixFailure):
        return {**submitted(job), "status": "failed", **outcome.fields}
    return {
        **submitted(job),
        "status": "completed",
        "output": [{"content": [{"type": "image", "url": image_url(job, outcome.picture, base)}]}],
        "usage": {"cost": money(price), "discount": 0},
        "metadata": {},
    }
