"""The bodies that Black Forest Labs returns for a job: the created job, its status, its result."""

from decimal import Decimal
from typing import Any

from flux2cli.catalog.sizes import MEGAPIXEL
from flux2cli.sandbox.bfl.images import image_url
from flux2cli.sandbox.bfl.outcomes import BflFailure
from flux2cli.sandbox.faults import Fault
from flux2cli.sandbox.job_store import EmulatedJob
from flux2cli.sandbox.numbered_fields import billed_sizes
from flux2cli.sandbox.pictures import DrawingPlan

Bill = dict[str, float | None]
"""`cost` in credits, and `input_mp` and `output_mp` in megapixels."""

NO_BILL: Bill = {"cost": 0.0, "input_mp": None, "output_mp": None}

_REASONED = 0.3
"""The part of a run in which BFL reasons about the prompt."""
_CREDIT = Decimal("0.01")
"""US dollars."""

_FOREIGN_HOST = "https://api.eu2.example.com"
_INSECURE_HOST = "http://api.eu2.bfl.ai"


def bill(price: Decimal | None, plan: DrawingPlan) -> Bill:
    """What a job costs; a reference image of unknown size counts one megapixel."""
    inputs = sum(width * height for width, height in billed_sizes(plan.inputs))
    return {
        "cost": None if price is None else float(price / _CREDIT),
        "input_mp": round(inputs / MEGAPIXEL, 2),
        "output_mp": round(plan.picture.width * plan.picture.height / MEGAPIXEL, 2),
    }


def submitted(job: EmulatedJob, base: str, costs: Bill, fault: Fault | None) -> dict[str, Any]:
    """The created job. With a webhook it has no URL to poll."""
    name = fault.kind.name if fault else ""
    body: dict[str, Any] = {"id": job.id}
    if job.body.get("webhook_url"):
        body |= {"status": "Pending", "webhook_url": job.body["webhook_url"]}
    else:
        host = {"foreign-poll": _FOREIGN_HOST, "insecure-poll": _INSECURE_HOST}.get(name, base)
        body["polling_url"] = f"{host}/v1/get_result?id={job.id}"
    if name == "no-id":
        del body["id"]
    return {**body, **costs}


def status(job_id: str, word: str, **more: Any) -> dict[str, Any]:
    """The job's object with this status; fields that it does not have are null."""
    blank = {"result": None, "progress": None, "details": None, "preview": None}
    return {"id": job_id, "status": word, **blank, **more}


def word(job: EmulatedJob, now: float) -> str:
    """The status of a job that has not ended: it waits, then reasons about the prompt, then draws."""
    if now < job.started_at:
        return "Pending"
    return "Reasoning" if progress(job, now) < _REASONED else "Generating"


def progress(job: EmulatedJob, now: float) -> float:
    """The job's progress, from 0 to 0.99."""
    if not job.running:
        return 0.0
    return round(min(0.99, max(0.0, (now - job.started_at) / job.running)), 2)


def result(job: EmulatedJob, outcome: DrawingPlan | BflFailure, base: str, now: float) -> dict[str, Any]:
    """The object of a job that has ended."""
    if isinstance(outcome, BflFailure):
        return status(job.id, outcome.status, **outcome.fields)
    prompt = str(outcome.fields.get("prompt", ""))
    made = {
        "sample": image_url(job, outcome.picture, base, now),
        "prompt": f"{prompt}, in rich detail" if outcome.fields.get("prompt_upsampling") else prompt,
        "seed": job.seed,
        "start_time": job.started_at,
    }
    return status(job.id, "Ready", result=made)
