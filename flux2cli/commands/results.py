"""What the submitting commands print: plans, outcomes, and the events on the way."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flux2cli.app import App
from flux2cli.core.outcome import Outcome
from flux2cli.core.plan import Plan
from flux2cli.events import Event, Noted, Queued, Retrying, Running, Saved, Submitted, Warned

if TYPE_CHECKING:
    from flux2cli.edges.ledger import Ledger


class Shower:
    """Writes events to stderr: as lines, and on a terminal as one line that says where the job stands."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._began = app.clock()
        self._state = "starting"
        self._logs: tuple[str, ...] = ()

    def tick(self) -> None:
        """Draw the live line again."""
        if self._app.terminal.can_redraw and not self._app.quiet:
            self._app.terminal.live(f"{self._state}  {self._app.clock() - self._began:.0f} s")

    def show(self, event: Event) -> None:
        """One event; nothing under `-q`, retries and submits only under `-v`."""
        if self._app.quiet:
            return
        terminal = self._app.terminal
        match event:
            case Queued():
                ahead = "" if event.position is None else f", {event.position} ahead"
                self._state = f"queued{ahead}"
                self.tick()
            case Running():
                self._state = "running"
                self._show_logs(event.logs)
                self.tick()
            case Saved(path="-"):
                pass
            case Saved():
                seed = f"  seed {event.seed}" if event.seed is not None else ""
                cost = f"  ${event.cost} ({event.cost_source})" if event.cost else "  cost unknown"
                terminal.styled("saved", f"{shown(self._app, event.path)}{seed}{cost}")
            case Noted():
                terminal.line(f"note: {event.text}")
            case Warned():
                terminal.styled("warning", event.text)
            case Retrying() if self._app.verbose:
                terminal.line(f"{event.what} again in {event.wait:.1f} s: {event.reason}")
            case Submitted():
                self._state = "submitted"
                if self._app.verbose:
                    terminal.line(f"submitted {event.job_id} (request {event.request_id})")

    def _show_logs(self, logs: tuple[str, ...]) -> None:
        """The model's lines that are new, under `-v`: a poll brings all lines so far, a stream's event the new ones."""
        known = self._logs
        new = logs[len(known) :] if logs[: len(known)] == known else logs
        self._logs = known + new
        if self._app.verbose:
            for text in new:
                self._app.terminal.line(text)


def shown(app: App, path: str) -> str:
    """A path as a person in this directory would type it."""
    try:
        return str(Path(path).relative_to(app.cwd))
    except ValueError:
        return path


def show_plan(app: App, plan: Plan) -> None:
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


def plan_document(plan: Plan) -> dict[str, object]:
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


def show_outcome(app: App, outcome: Outcome) -> None:
    """The result on stdout: a path per line, the job id of a job left to run, or one JSON document."""
    if app.json:
        app.out_json(document_of(app, outcome))
    elif not outcome.images:
        app.out(outcome.job.job_id)
    else:
        for image in outcome.images:
            if image.path is not None:
                app.out(shown(app, image.path))


def document_of(app: App, outcome: Outcome) -> dict[str, object]:
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
