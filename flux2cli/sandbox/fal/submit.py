"""A submit from its first byte to a stored job, or to the refusal that fal would give; also the faults of submits."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flux2cli.catalog import Route
from flux2cli.catalog.sizes import Size
from flux2cli.core.money import cost
from flux2cli.providers.registry import by_endpoint
from flux2cli.sandbox.fal import auth, validation
from flux2cli.sandbox.faults import Fault
from flux2cli.sandbox.http import Answer, HangUp, Incoming, as_html, as_json
from flux2cli.sandbox.job_store import EmulatedJob, stand
from flux2cli.sandbox.new_jobs import new_job, spoilt_reply
from flux2cli.sandbox.state import Site


def accept(site: Site, ask: Incoming) -> EmulatedJob | Answer:
    """Store the job that a request asks for; an Answer when it is refused or its reply is spoilt, HangUp when lost."""
    fault = site.fault(ask, "submit")
    if fault is not None and fault.kind.name == "lost-before":
        raise HangUp
    refused = auth.refusal(site, ask) or _refused_by(fault)
    if refused is not None:
        return refused
    route = by_endpoint("fal", ask.parts["endpoint"])
    if route is None:
        return as_json(
            {"detail": f"Application '{ask.parts['endpoint']}' not found"}, 404, {"x-fal-billable-units": "0"}
        )
    given = validation.read_body(ask.body.read())
    if isinstance(given, Answer):
        return given
    whole = validation.complete(route, given)
    if isinstance(whole, list):
        return validation.refused(whole)
    if _queue_is_full(site, ask, route):
        return as_json({"detail": "Queue length limit exceeded"}, 429)
    if not site.balance.charge(_price(route, whole)):
        return as_json({"detail": auth.NO_BALANCE}, 403)
    job = new_job(
        protocol="fal",
        endpoint=route.endpoint,
        body=given,
        now=site.clock(),
        latency=site.latency,
        life=site.life(ask),
    )
    site.jobs.add(job)
    if fault is not None and fault.kind.name == "500-accepted":
        return as_json({"detail": "Internal Server Error"}, 500, {"x-fal-request-id": job.id})
    return spoilt_reply(fault) or job


def _price(route: Route, whole: Mapping[str, Any]) -> Decimal:
    """The least that the input can cost, as the account is charged for it; 0 without a known price."""
    size = whole.get("image_size")
    values = {
        "size": Size(size["width"], size["height"]) if isinstance(size, Mapping) else size,
        "num": whole.get("num_images", 1),
    }
    inputs = [None] * len(validation.references(route, whole))
    estimate = cost.estimate(route, outputs=cost.planned_outputs(route, values), inputs=inputs)
    return estimate.low or Decimal(0)


def _queue_is_full(site: Site, ask: Incoming, route: Route) -> bool:
    limit = ask.asked("fal_max_queue_length")
    if not limit.isdecimal():
        return False
    now = site.clock()
    waiting = (j for j in site.jobs.since(now - site.latency.queued) if j.endpoint == route.endpoint)
    return sum(stand(job, now).state == "queued" for job in waiting) > int(limit)


def _refused_by(fault: Fault | None) -> Answer | None:
    """The answer of a fault that comes before there is a job; None for other faults."""
    match fault.kind.name if fault else None:
        case "401":
            return as_json({"detail": auth.NO_USER}, 401)
        case "403-balance":
            return as_json({"detail": auth.NO_BALANCE}, 403)
        case "422":
            return validation.refused(
                [{"loc": ["body", "prompt"], "msg": "Field required", "type": "missing", "input": {}}]
            )
        case "429":
            wait = fault.argument if fault else None
            headers = {} if wait is None else {"Retry-After": f"{wait:g}"}
            return as_json({"detail": "Too many requests"}, 429, headers)
        case "500":
            return as_json({"detail": "Internal Server Error"}, 500)
        case "502":
            return as_html("502 Bad Gateway", 502)
        case "503":
            return as_json({"detail": "Service Unavailable"}, 503)
    return None
