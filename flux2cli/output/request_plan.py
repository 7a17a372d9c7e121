"""Prints the plan of one request (`--dry-run`)."""

from collections.abc import Sequence

from flux2cli.app import App
from flux2cli.core.json_text import json_text
from flux2cli.core.money.cost_documents import cost_document
from flux2cli.core.request.prepare import PreparedRequest


def show_plan(app: App, plan: PreparedRequest, *, notes: Sequence[str] = ()) -> None:
    """Print the request that would be sent, what it may cost, and notes about what was read."""
    if app.json:
        app.out_json(plan_document(plan))
        return
    for text in () if app.quiet else notes:
        app.err(f"note: {text}")
    for text in plan.request.warnings:
        if not app.quiet:
            app.terminal.styled("warning", text)
    app.out_line(f"{plan.call.method} {plan.shown_url}")
    app.out(json_text(plan.payload, indent=2))
    app.err(f"estimated cost: {plan.estimate.text()}")


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
        "url": plan.shown_url,
        "body": plan.payload,
        "cost": cost_document(plan.estimate),
        "warnings": list(plan.request.warnings),
    }
