"""`flux2 doctor`: what is configured and what can be reached. Costs nothing and shows no key."""

from typing import Annotated

import typer

from flux2cli.app import App
from flux2cli.options.help_screens import Commands
from flux2cli.output.checks import check_document, show_check
from flux2cli.output.spend_table import budget_document
from flux2cli.runs.doctor import checks, todays_budget

app = Commands()


@app.command()
def doctor(
    context: typer.Context,
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Ask the providers nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Check keys, settings, directories and ledger; exit 1 when something keeps runs from working."""
    host: App = context.obj
    found = []
    for check in checks(host, offline=offline):
        found.append(check)
        if not json:
            show_check(host, check)
    failed = any(check.status == "failed" for check in found)
    if json:
        documents = [check_document(check) for check in found]
        budget = budget_document(todays_budget(host))
        host.out_json({"ok": not failed, "schema": "flux2cli/doctor/1", "checks": documents, "budget": budget})
    if failed:
        raise typer.Exit(1)
