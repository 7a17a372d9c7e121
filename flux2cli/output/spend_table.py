"""What was spent, as lines."""

from flux2cli.app import App
from flux2cli.core.money.spend import Amount, SpendRow


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
