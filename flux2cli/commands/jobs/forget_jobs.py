"""`flux2 jobs forget`: erase prompts and payloads of settled jobs."""

from typing import Annotated

import typer

from flux2cli.app import App
from flux2cli.options.ledger_flags import JsonFlag, SandboxFlag, in_sandbox, moment_of
from flux2cli.runs.session import Session


def forget(
    context: typer.Context,
    before: Annotated[str, typer.Option("--before", metavar="DATE", help="Jobs before this day (UTC).")],
    *,
    sandbox: SandboxFlag = False,
    json: JsonFlag = False,
) -> None:
    """Drop prompts, payloads and file names of settled jobs. Their dates and costs stay, for `flux2 cost`."""
    app: App = context.obj
    ledger = Session(app, sandbox=in_sandbox(app, flag=sandbox)).ledger
    ledger.recover()
    moment = str(moment_of(before, "--before"))
    forgotten, kept = ledger.forget(moment), ledger.unsettled_before(moment)
    if json:
        app.out_json({"ok": True, "schema": "flux2cli/forget/1", "forgotten": forgotten, "kept": kept})
        return
    app.out(f"{forgotten} job{'' if forgotten == 1 else 's'} forgotten")
    if kept:
        app.err(f"{kept} unsettled kept: `flux2 jobs list` names them")
