"""`flux2 cost`: what was spent, by day, provider, variant or label, with the source of each amount."""

from typing import Annotated, cast, get_args

import typer

from flux2cli.app import App
from flux2cli.core.money.spend import By, add_up, total
from flux2cli.core.request.messages import suggest
from flux2cli.errors import UsageError
from flux2cli.options.help_screens import Commands
from flux2cli.options.ledger_flags import moment_of
from flux2cli.output.spend_table import show_spend, spend_document

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
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Show what was spent. Sandbox runs do not count; what is unknown is shown as unknown, never as $0."""
    host: App = context.obj
    if by not in get_args(By):
        raise UsageError(f"`--by {by}` is not known.", hint=suggest(by, get_args(By)))
    groups = host.ledger(sandbox=False).spent(cast("By", by), since=moment_of(since, "--since"))
    rows, whole = add_up(groups), total(groups)
    if json:
        host.out_json(spend_document(cast("By", by), rows, whole))
        return
    show_spend(host, rows, whole)
