"""Prints spend, as lines and as a JSON document."""

from flux2cli.app import App
from flux2cli.catalog.pricing import money
from flux2cli.core.money.budget import DayUse
from flux2cli.core.money.cost_sum import CostSum
from flux2cli.core.money.spend import By, SpendRow


def show_spend(app: App, rows: list[SpendRow], whole: SpendRow, budget: DayUse | None, *, sandbox: bool) -> None:
    """Print a line per row, a total if there are several, and the use of the day's budget if there is one."""
    if sandbox and rows:
        app.err("note: these are the sandbox's jobs, which cost nothing")
    width = max((len(_name(row)) for row in rows), default=0)
    for row in rows:
        app.out_line(f"{_name(row):<{width}}  {_line(row)}")
    if not rows:
        app.err("nothing was spent")
    elif len(rows) > 1:
        app.out(f"{'total':<{width}}  {_line(whole)}")
    if budget is not None:
        app.out(f"{'budget':<{width}}  {budget.text()}")


def _name(row: SpendRow) -> str:
    from flux2cli.edges.terminal import clean

    return clean(row.key) if row.key else "(no label)"


def _line(row: SpendRow) -> str:
    parts = [f"{row.jobs} job{'' if row.jobs == 1 else 's'}"]
    parts += [f"{_range(row.reported)} reported"] if row.reported.count else []
    parts += [f"{_range(row.estimated)} estimated"] if row.estimated.count else []
    parts += [f"{row.running.count} running: {_range(row.running)}"] if row.running.count else []
    parts += [f"{row.unknown.count} unknown: {_range(row.unknown)} if accepted"] if row.unknown.count else []
    return "  ".join(parts)


def _range(part: CostSum) -> str:
    """The amount, `$0.05` or `$0.05 to $0.10`, and the number of jobs without a price."""
    if not part.is_known:
        return f"unknown ({part.unpriced} without a price)"
    return part.text() + (f" and {part.unpriced} without a price" if part.unpriced else "")


def spend_document(
    by: By, rows: list[SpendRow], whole: SpendRow, budget: DayUse | None, *, sandbox: bool
) -> dict[str, object]:
    """The document of `flux2 cost --json`."""
    return {
        "ok": True,
        "schema": "flux2cli/cost/1",
        "sandbox": sandbox,
        "by": by,
        "rows": [{"key": row.key, **_row_document(row)} for row in rows],
        "total": _row_document(whole),
        "budget": budget_document(budget),
    }


def budget_document(budget: DayUse | None) -> dict[str, object] | None:
    """The day's budget in US dollars, and what is used of it; None when none is set."""
    if budget is None:
        return None
    return {
        "per_day": money(budget.limit),
        "used_today": money(budget.used.total),
        "spent": money(budget.used.spent),
        "held": money(budget.used.held),
        "unpriced": budget.used.unpriced,
        "currency": "USD",
    }


def _row_document(row: SpendRow) -> dict[str, object]:
    return {
        "jobs": row.jobs,
        "reported": _part_document(row.reported),
        "estimated": _part_document(row.estimated),
        "running": _part_document(row.running),
        "unknown": _part_document(row.unknown),
        "currency": "USD",
    }


def _part_document(part: CostSum) -> dict[str, object]:
    """A sum as JSON: amounts are decimal text, null when no job in it has a price."""
    return {
        "jobs": part.count,
        "amount": money(part.low) if part.is_known else None,
        "max": money(part.high) if part.is_known else None,
        "unpriced": part.unpriced,
    }
