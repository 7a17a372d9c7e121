"""What a batch will cost: told before it starts, and held against `--max-cost`."""

from collections.abc import Mapping
from typing import Any

from flux2cli.app import App
from flux2cli.core.batch.preflight import Preflight
from flux2cli.core.money.cost import money
from flux2cli.errors import BudgetError
from flux2cli.output import result
from flux2cli.runs import limits


def check_bill(run: Mapping[str, Any], found: Preflight) -> None:
    """BudgetError when all that this run would submit may cost more than `--max-cost`."""
    limit = limits.max_cost(run)
    if limit is None:
        return
    bill = found.bill
    if bill.unpriced and not run["allow_unpriced"]:
        raise BudgetError(
            f"No price is known for {bill.unpriced} of {found.count('send')} rows, so they cannot be held against "
            "`--max-cost`; nothing was sent.",
            hint="--allow-unpriced sends them anyway",
        )
    if bill.high > limit:
        raise BudgetError(
            f"These {found.count('send')} rows may cost up to ${money(bill.high)}, and `--max-cost` is "
            f"${money(limit)}; nothing was sent.",
            hint="--limit N sends the first N; --dry-run shows each price",
        )


def tell_bill(app: App, found: Preflight) -> None:
    """What there is to do and what it may cost, on stderr, before anything is sent."""
    counts = [
        (found.done, "done already"),
        (found.count("collect"), "to collect"),
        (found.count("await"), "with another process"),
        (found.count("report"), "not touched (failed, moderated or unknown before)"),
        (found.held_back, "left for later"),
        (found.count("send"), "to send"),
    ]
    said = ", ".join(f"{count} {words}" for count, words in counts if count)
    price = f", {_bill_in_words(found)}" if found.count("send") else ""
    app.err(f"{in_rows(found.rows)}: {said}{price}" if said else f"{in_rows(found.rows)}")


def in_rows(count: int) -> str:
    """`1 row`, `2 rows`."""
    return "1 row" if count == 1 else f"{count} rows"


def _bill_in_words(found: Preflight) -> str:
    bill = found.bill
    unknown = f"{bill.unpriced} of them without a known price" if bill.unpriced else ""
    if bill.unpriced == found.count("send"):
        return "price unknown"
    price = result.price_range({"amount": money(bill.low), "max": money(bill.high)})
    return f"{price} (estimated){', ' + unknown if unknown else ''}"
