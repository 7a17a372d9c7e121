"""`flux2 cost`: what was spent, by day, provider, variant or label, with the source of each amount."""

from typing import Annotated, cast, get_args

import typer

from flux2cli.app import App
from flux2cli.core.money.spend import Amount, By, SpendRow, add_up, total
from flux2cli.core.request.messages import suggest
from flux2cli.errors import UsageError
from flux2cli.options.help_screens import Commands
from flux2cli.options.ledger_flags import moment_of

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
        listed = [{"key": row.key, **row.record()} for row in rows]
        host.out_json({"ok": True, "schema": "flux2cli/cost/1", "by": by, "rows": listed, "total": whole.record()})
        return
    width = max((len(_name(row)) for row in rows), default=0)
    for row in rows:
        host.out(f"{_name(row):<{width}}  {_line(row)}")
    if not rows:
        host.err("nothing was spent")
    elif len(rows) > 1:
        host.out(f"{'total':<{width}}  {_line(whole)}")


def _name(row: SpendRow) -> str:
    from flux2cli.edges.terminal import clean

    return clean(row.key) if row.key else "(no label)"


def _line(row: SpendRow) -> str:
    said = [f"{row.jobs} job{'' if row.jobs == 1 else 's'}"]
    said += [f"{_range(row.reported)} reported"] if row.reported.jobs else []
    said += [f"{_range(row.estimated)} estimated"] if row.estimated.jobs else []
    said += [f"{row.running.jobs} running: {_range(row.running)}"] if row.running.jobs else []
    said += [f"{row.unknown.jobs} unknown: {_range(row.unknown)} if accepted"] if row.unknown.jobs else []
    return "  ".join(said)


def _range(amount: Amount) -> str:
    """`$0.05`, `$0.05 to $0.10`, and what is without a price."""
    record = amount.record()
    low, high = record["amount"], record["max"]
    if low is None:
        return f"unknown ({amount.unpriced} without a price)"
    shown = f"${low}" if low == high else f"${low} to ${high}"
    return shown + (f" and {amount.unpriced} without a price" if amount.unpriced else "")
