"""`flux2 jobs forget`: erase prompts and payloads of settled jobs."""

from typing import Annotated

import typer

from flux2cli.app import App
from flux2cli.core.job.job import UNSETTLED
from flux2cli.edges.ledger import timestamp
from flux2cli.errors import UsageError
from flux2cli.options.confirmation import confirmed
from flux2cli.options.ledger_flags import JsonFlag, SandboxFlag, in_sandbox, moment_of
from flux2cli.runs.session import Session


def forget(
    context: typer.Context,
    before: Annotated[str, typer.Option("--before", metavar="DATE", help="Jobs before this day (UTC).")],
    *,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")] = False,
    sandbox: SandboxFlag = False,
    json: JsonFlag = False,
) -> None:
    """Drop prompts, payloads and file names of settled jobs. Their dates and costs stay, for `flux2 cost`."""
    app: App = context.obj
    moment = str(moment_of(before, "--before"))
    if moment > timestamp(app.now()):
        raise UsageError(f"`--before {before}` is in the future.", hint=f"for example --before {app.now():%Y-%m-%d}")
    ledger = Session(app, sandbox=in_sandbox(app, flag=sandbox)).ledger
    ledger.recover()
    found = ledger.forgettable(moment)
    question = f"Forget prompts, payloads and file names of {_jobs(found)} from before {before}"
    if found and not confirmed(app, question, yes=yes):
        app.err("nothing was forgotten")
        return
    forgotten, kept = ledger.forget(moment), sum(ledger.count(UNSETTLED, before=moment).values())
    if json:
        app.out_json({"ok": True, "schema": "flux2cli/forget/1", "forgotten": forgotten, "kept": kept})
        return
    app.out(f"{_jobs(forgotten)} forgotten")
    if kept:
        app.err(f"{kept} unsettled kept: `flux2 jobs list` names them")


def _jobs(count: int) -> str:
    return f"{count} job{'' if count == 1 else 's'}"
