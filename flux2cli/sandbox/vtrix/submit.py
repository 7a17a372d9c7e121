"""Creating a Vtrix task: from the wrapped body to a stored job, or to the refusal."""

import json
from typing import Any

from flux2cli.catalog import Route
from flux2cli.providers.registry import by_endpoint
from flux2cli.sandbox import bfl_schema
from flux2cli.sandbox.http import Answer, HangUp, Incoming, as_json, rule
from flux2cli.sandbox.job_store import EmulatedJob
from flux2cli.sandbox.new_jobs import new_job, spoilt_reply
from flux2cli.sandbox.state import Site
from flux2cli.sandbox.vtrix import price, refusals, task


def _create(site: Site, ask: Incoming) -> Answer:
    fault = site.fault(ask, "submit")
    if fault is not None and fault.kind.name == "lost-before":
        raise HangUp
    refused = refusals.by_key(site, ask) or refusals.by_fault(fault)
    if refused is not None:
        return refused
    job = _accept(site, ask)
    if isinstance(job, Answer):
        return job
    if fault is not None and fault.kind.name == "500-accepted":
        return refusals.refused(500, "internal_error", "Internal server error")
    reply = spoilt_reply(fault)
    if reply is not None:
        return reply
    made = task.created(job)
    if fault is not None and fault.kind.name == "no-id":
        del made["id"]
    return as_json(made)


def _accept(site: Site, ask: Incoming) -> EmulatedJob | Answer:
    read = _read(ask.body.read())
    if isinstance(read, Answer):
        return read
    route, params = read
    whole = bfl_schema.complete(route, params)
    if isinstance(whole, list):
        place = ".".join(str(part) for part in ("params", *whole[0]["loc"]))
        return refusals.refused(422, "invalid_parameter", f"{place}: {whole[0]['msg']}")
    job = new_job(
        protocol="vtrix",
        endpoint=route.endpoint,
        body=bfl_schema.kept(params, whole, data_urls=False),
        now=site.clock(),
        latency=site.latency,
        life=site.life(ask),
    )
    made = bfl_schema.plan(site, job, {**whole, **job.body})
    if isinstance(made, bfl_schema.Plan) and not site.balance.charge(price.of(route.endpoint, made)):
        return refusals.no_credits()
    site.jobs.add(job)
    return job


def _read(data: bytes) -> tuple[Route, dict[str, Any]] | Answer:
    """The model's route and its parameters, from `{"model": …, "input": [{"params": {…}}]}` and from nothing else."""
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return refusals.refused(400, "invalid_request", "The body is not JSON")
    blocks = body.get("input") if isinstance(body, dict) else None
    if not isinstance(blocks, list) or len(blocks) != 1:
        return refusals.refused(400, "invalid_request", "input must be a list of one object")
    params = blocks[0].get("params") if isinstance(blocks[0], dict) else None
    if not isinstance(params, dict):
        return refusals.refused(400, "invalid_request", "input[0].params must be an object")
    model = body.get("model")
    route = by_endpoint("vtrix", model) if isinstance(model, str) else None
    if route is None:
        return refusals.refused(400, "invalid_model", f"Model not found: {model}")
    return route, params


RULES = (rule("vtrix.submit", "POST", r"/model/v1/generation", _create),)
