"""What was spent, as lines and as a document."""

from flux2cli.app import App
from flux2cli.catalog.pricing import money
from flux2cli.core.money.job_cost import CostSum
from flux2cli.core.money.spend import By, SpendRow


def show_spend(app: App, rows: list[SpendRow], whole: SpendRow) -> None:
    """A line per row, and one for the whole where there are several."""
    width = max((len(_name(row)) for row in rows), default=0)
    for row in rows:
        app.out(f"{_name(row):<{width}}  {_line(row)}")
    if not rows:
        app.err("nothing was spent")
    elif len(rows) > 1:
        app.out(f"{'total':<{width}}  {_line(whole)}")


def _name(row: SpendRow) -> str:
    from flux2cli.edges.terminal import clean

    return clean(row.key) if row.key else "(no label)"


def _line(row: SpendRow) -> str:
    said = [f"{row.jobs} job{'' if row.jobs == 1 else 's'}"]
    said += [f"{_range(row.reported)} reported"] if row.reported.count else []
    said += [f"{_range(row.estimated)} estimated"] if row.estimated.count else []
    said += [f"{row.running.count} running: {_range(row.running)}"] if row.running.count else []
    said += [f"{row.unknown.count} unknown: {_range(row.unknown)} if accepted"] if row.unknown.count else []
    return "  ".join(said)


def _range(part: CostSum) -> str:
    """`$0.05`, `$0.05 to $0.10`, and what is without a price."""
    if not part.is_known:
        return f"unknown ({part.unpriced} without a price)"
    return part.text() + (f" and {part.unpriced} without a price" if part.unpriced else "")


def spend_document(by: By, rows: list[SpendRow], whole: SpendRow) -> dict[str, object]:
    """What `flux2 cost --json` prints."""
    listed = [{"key": row.key, **_row_document(row)} for row in rows]
    return {"ok": True, "schema": "flux2cli/cost/1", "by": by, "rows": listed, "total": _row_document(whole)}


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
    """Amounts are decimal text, null when nothing in the sum has a price."""
    return {
        "jobs": part.count,
        "amount": money(part.low) if part.is_known else None,
        "max": money(part.high) if part.is_known else None,
        "unpriced": part.unpriced,
    }
