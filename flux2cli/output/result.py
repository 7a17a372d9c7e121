"""What the submitting commands print: plans, outcomes, and the events on the way."""

import json
from typing import TYPE_CHECKING, Any

from flux2cli.app import App
from flux2cli.core.request.prepare import PreparedRequest

if TYPE_CHECKING:
    from flux2cli.core.job.result import JobResult
    from flux2cli.edges.ledger import Ledger


def shown(app: App, path: str) -> str:
    """A path as a person in this directory would type it."""
    return path.removeprefix(f"{str(app.cwd).rstrip('/')}/")


def show_plan(app: App, plan: PreparedRequest) -> None:
    """`--dry-run`: the request that would be sent and what it may cost."""
    if app.json:
        app.out_json(plan_document(plan))
        return
    for text in plan.request.warnings:
        if not app.quiet:
            app.terminal.styled("warning", text)
    app.out(f"{plan.call.method} {plan.call.url}")
    app.out(json.dumps(plan.payload, ensure_ascii=False, indent=2))
    app.err(f"estimated cost: {price_range(plan.estimate.record())}")


def plan_document(plan: PreparedRequest) -> dict[str, object]:
    """A plan as `--json` prints it."""
    route = plan.request.route
    return {
        "ok": True,
        "schema": "flux2cli/plan/1",
        "provider": route.provider,
        "variant": route.variant,
        "endpoint": route.endpoint,
        "method": plan.call.method,
        "url": plan.call.url,
        "body": plan.payload,
        "cost": plan.estimate.record(),
        "warnings": list(plan.request.warnings),
    }


def price_range(cost: Any) -> str:
    """`$0.05`, `$0.07 to $0.16`, or `unknown`."""
    low, high = cost["amount"], cost["max"]
    if low is None:
        return "unknown"
    return f"${low}" if low == high else f"${low} to ${high}"


def hint_at_same(app: App, ledger: "Ledger", request_key: str) -> None:
    """Name identical jobs that are still running or waiting to be collected; they are no obstacle."""
    if app.quiet:
        return
    for job in ledger.same_request(request_key, ("submitted", "ready")):
        app.terminal.styled("hint", f"an identical job is {job.state}: `flux2 jobs wait {job.job_id}` collects it")


def show_outcome(app: App, outcome: "JobResult") -> None:
    """The result on stdout: a path per line, the job id of a job left to run, or one JSON document."""
    if app.json:
        app.out_json(document_of(app, outcome))
    elif not outcome.images:
        app.out(outcome.job.job_id)
    else:
        for image in outcome.images:
            if image.path is not None:
                app.out(shown(app, image.path))


def document_of(app: App, outcome: "JobResult") -> dict[str, object]:
    """An outcome as `--json` prints it."""
    job = outcome.job
    return {
        "ok": True,
        "schema": "flux2cli/result/1",
        "status": "saved" if outcome.images else "submitted",
        "job_id": job.job_id,
        "request_id": job.request_id,
        "provider": job.provider,
        "variant": job.variant,
        "endpoint": job.endpoint,
        "sandbox": job.sandbox,
        "seed": outcome.seed,
        "cost": dict(outcome.cost) if outcome.images else dict(job.estimate),
        "images": [
            {
                "path": shown(app, image.path) if image.path else None,
                "sidecar": shown(app, image.sidecar) if image.sidecar else None,
                "sha256": image.sha256,
                "bytes": image.bytes,
                "media_type": image.media_type,
                "width": image.width,
                "height": image.height,
                "nsfw": image.nsfw,
            }
            for image in outcome.images
        ],
        "warnings": list(job.warnings),
    }
