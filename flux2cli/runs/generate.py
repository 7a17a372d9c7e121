"""Runs one validated request: limits, place, engine, progress, and what it came to."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flux2cli.app import App
from flux2cli.core.job.job import Output
from flux2cli.core.job.spec import JobSpec
from flux2cli.core.request.prepare import prepare_request
from flux2cli.core.request.request import Request
from flux2cli.edges import files
from flux2cli.engine import Engine, EventQueue, supervise
from flux2cli.errors import NotAsAskedError
from flux2cli.options.run_values import timeout_of
from flux2cli.output import job_progress, result
from flux2cli.runs import limits
from flux2cli.runs.target import Destination, place_of, target_for


def run_request(app: App, run: Mapping[str, Any], request: Request, output: Output) -> None:
    """Submit the request and save its images, or print the job's id with `--no-wait`. `run` has the options by name."""
    timeout = timeout_of(app, run["timeout"])
    sandbox = bool(app.config.get("sandbox", run["sandbox"] or None).value)
    _check_limits(app, run, request, output, sandbox=sandbox)
    with place_of(app, sandbox=sandbox) as place:
        label = app.config.get("label", run["label"]).value
        order = JobSpec(
            request=request,
            target=target_for(app, request.route.provider, place),
            output=output,
            label=None if label is None else str(label),
            wait=run["wait"],
            timeout=timeout,
            resubmit_unknown=run["resubmit_unknown"],
            strict=run["strict"],
            budget=limits.day_budget(app, run, sandbox=sandbox),
        )
        _run(app, order, place)


def _check_limits(app: App, run: Mapping[str, Any], request: Request, output: Output, *, sandbox: bool) -> None:
    """BudgetError before anything is uploaded or sent."""
    plan = prepare_request(request, target_for(app, request.route.provider, Destination.DRY_RUN), output)
    count = request.values.get("num", 1)
    limits.check_limits(app, run, plan.estimate, count if isinstance(count, int) else 1, sandbox=sandbox)


def _run(app: App, order: JobSpec, place: Destination) -> None:
    ledger = app.ledger(sandbox=place.is_sandbox)
    result.hint_at_same(app, ledger, order.request.key)
    files.prepare_directory(Path(order.output.directory), order.output.name if order.output.explicit else None)
    events = EventQueue()
    engine = Engine(http=app.http, ledger=ledger, now=app.now, clock=app.clock, listen=events.put, emit=app.copy_out)
    shower = job_progress.JobProgress(app)
    outcome = supervise(engine, events, lambda: engine.generate(order), shower.show, shower.tick)
    if order.strict and outcome.differences:
        if not app.json:
            result.show_outcome(app, outcome)
        raise NotAsAskedError(
            f"Saved, but not as asked: {'; '.join(outcome.differences)}.",
            hint=f"the files are kept: `flux2 jobs show {outcome.job.job_id}`",
            job_id=outcome.job.job_id,
            request_id=outcome.job.request_id,
        )
    result.show_outcome(app, outcome)
