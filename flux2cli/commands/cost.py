"""`flux2 cost`: what was spent, by day, provider, variant or label, with the source of each amount."""

from typing import Annotated, cast, get_args

import typer

from flux2cli.app import App
from flux2cli.core.money.spend import By, add_up, total
from flux2cli.core.request.messages import suggest
from flux2cli.errors import UsageError
from flux2cli.options.help_screens import Commands
from flux2cli.options.ledger_flags import JsonFlag, SandboxFlag, in_sandbox, moment_of
from flux2cli.output.spend_table import show_spend, spend_document
from flux2cli.runs.limits import day_use

app = Commands()


@app.command("cost")
def cost(
    context: typer.Context,
    by: Annotated[
        str, typer.Option("--by", metavar="day|provider|variant|label", help="What the lines are about.")
    ] = "day",
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Jobs from this day (UTC) on, such as 2026-11-01.")
    ] = None,
    *,
    sandbox: SandboxFlag = False,
    json: JsonFlag = False,
) -> None:
    """Show what was spent, and what is used of the day's budget. What is unknown is shown as unknown, never as $0."""
    host: App = context.obj
    if by not in get_args(By):
        raise UsageError(f"`--by {by}` is not known.", hint=suggest(by, get_args(By)))
    emulated = in_sandbox(host, flag=sandbox)
    groups = host.ledger(sandbox=emulated).spent(cast("By", by), since=moment_of(since, "--since"), sandbox=emulated)
    rows, whole, budget = add_up(groups), total(groups), None if emulated else day_use(host)
    if json:
        host.out_json(spend_document(cast("By", by), rows, whole, budget, sandbox=emulated))
        return
    show_spend(host, rows, whole, budget, sandbox=emulated)
