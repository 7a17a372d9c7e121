"""Creating a task of Black Forest Labs: from a flat body to a stored job, or to the refusal."""

import json
from decimal import Decimal
from typing import Any

from flux2cli.catalog import Route
from flux2cli.providers.registry import by_endpoint
from flux2cli.sandbox import bfl_schema
from flux2cli.sandbox.bfl import refusals, task
from flux2cli.sandbox.faults import Fault
from flux2cli.sandbox.http import Answer, HangUp, Incoming, as_json, rule
from flux2cli.sandbox.job_store import EmulatedJob
from flux2cli.sandbox.new_jobs import new_job, spoilt_reply
from flux2cli.sandbox.state import Site

_FOREIGN = "https://api.eu2.example.com"
_INSECURE = "http://api.eu2.bfl.ai"


def _create(site: Site, ask: Incoming) -> Answer:
    fault = site.fault(ask, "submit")
    if fault is not None and fault.kind.name == "lost-before":
        raise HangUp
    refused = refusals.by_key(site, ask) or refusals.by_fault(fault)
    if refused is not None:
        return refused
    route = by_endpoint("bfl", ask.parts["model"])
    if route is None:
        return refusals.said(404, "Not Found")
    made = _accept(site, ask, route)
    if isinstance(made, Answer):
        return made
    job, bill = made
    if fault is not None and fault.kind.name == "500-accepted":
        return refusals.said(500, "Internal Server Error")
    return spoilt_reply(fault) or as_json(_reply(ask, job, bill, fault))


def _accept(site: Site, ask: Incoming, route: Route) -> tuple[EmulatedJob, dict[str, float | None]] | Answer:
    given = _read(ask.body.read())
    if isinstance(given, Answer):
        return given
    whole = bfl_schema.complete(route, given)
    if isinstance(whole, list):
        return refusals.invalid(whole)
    job = new_job(
        protocol="bfl",
        endpoint=route.endpoint,
        body=bfl_schema.kept(given, whole, data_urls=True),
        now=site.clock(),
        latency=site.latency,
        life=site.life(ask),
    )
    if not site.active.enter(job, refusals.MOST_ACTIVE):
        return refusals.too_many()
    made = bfl_schema.plan(site, job, {**whole, **job.body})
    if not isinstance(made, bfl_schema.Plan):  # accepted all the same: the task ends with the error
        site.jobs.add(job)
        return job, {"cost": 0.0, "input_mp": None, "output_mp": None}
    if not site.balance.charge(task.price(route, made) or Decimal(0)):
        site.active.leave(job)
        return refusals.no_credits()
    site.jobs.add(job)
    return job, task.bill(route, made)


def _read(data: bytes) -> dict[str, Any] | Answer:
    try:
        given = json.loads(data)
    except (ValueError, RecursionError):
        return refusals.invalid([{"loc": [], "msg": "JSON decode error", "type": "json_invalid"}])
    if not isinstance(given, dict):
        return refusals.invalid([{"loc": [], "msg": "Input should be a valid dictionary", "type": "dict_type"}])
    return given


def _reply(ask: Incoming, job: EmulatedJob, bill: dict[str, float | None], fault: Fault | None) -> dict[str, Any]:
    """The reply to a create. One that asked for a webhook is not told where to poll."""
    name = fault.kind.name if fault else None
    made: dict[str, Any] = {"id": job.id}
    if job.body.get("webhook_url"):
        made |= {"status": "Pending", "webhook_url": job.body["webhook_url"]}
    else:
        host = {"foreign-poll": _FOREIGN, "insecure-poll": _INSECURE}.get(name or "", ask.base)
        made["polling_url"] = f"{host}/v1/get_result?id={job.id}"
    if name == "no-id":
        del made["id"]
    return {**made, **bill}


RULES = (rule("bfl.submit", "POST", r"/v1/(?P<model>flux-2-[a-z0-9-]+)", _create),)
