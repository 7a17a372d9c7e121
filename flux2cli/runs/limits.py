"""The money limits of a run: `--max-cost`, and the budgets of the settings. Budgets do not limit sandbox runs."""

from decimal import Decimal

from flux2cli.app import App
from flux2cli.catalog.pricing import money
from flux2cli.core.batch.preflight import Preflight
from flux2cli.core.money.budget import DayBudget, DayUse, Used, check_request, day_of
from flux2cli.core.money.job_cost import Cost
from flux2cli.core.run_options import RunOptions
from flux2cli.errors import BudgetError


def check_limits(app: App, options: RunOptions, estimate: Cost, images: int) -> None:
    """BudgetError when one request may cost more than `--max-cost` or, per image, than the settings allow."""
    check_request(
        estimate,
        images,
        run=options.max_cost,
        image=_budget(app, options, "budget.per_image"),
        allow_unpriced=options.allow_unpriced,
    )


def check_image(app: App, options: RunOptions, estimate: Cost, images: int) -> None:
    """BudgetError when an image of the request may cost more than `budget.per_image`."""
    limit = _budget(app, options, "budget.per_image")
    check_request(estimate, images, run=None, image=limit, allow_unpriced=options.allow_unpriced)


def check_rows(options: RunOptions, found: Preflight, *, fewer: str) -> None:
    """BudgetError when all the rows that this run would submit may cost more than `--max-cost`.

    `fewer` is the hint that says how to ask for fewer rows.
    """
    limit, bill = options.max_cost, found.bill
    if limit is None:
        return
    if bill.unpriced and not options.allow_unpriced:
        raise BudgetError(
            f"No price is known for {bill.unpriced} of {found.count('send')} rows, so "
            f"{'it' if bill.unpriced == 1 else 'they'} cannot be held against `--max-cost`; nothing was sent.",
            hint="--allow-unpriced sends them anyway",
        )
    if bill.high > limit:
        raise BudgetError(
            f"{_these_rows(found.count('send'))} may cost up to ${money(bill.high)}, and `--max-cost` is "
            f"${money(limit)}; nothing was sent.",
            hint=f"{fewer}; --dry-run shows each price",
        )


def _these_rows(count: int) -> str:
    return "This row" if count == 1 else f"These {count} rows"


def day_budget(app: App, options: RunOptions) -> DayBudget | None:
    """The budget of this UTC day, None when none is set."""
    amount = _budget(app, options, "budget.per_day")
    if amount is None:
        return None
    return DayBudget(amount=amount, since=day_of(app.now()), allow_unpriced=options.allow_unpriced)


def day_use(app: App) -> DayUse | None:
    """What is used of this UTC day's budget, None when none is set. Creates no ledger."""
    limit = app.config.get("budget.per_day").value
    if not isinstance(limit, Decimal):
        return None
    ledger = app.ledger(sandbox=False)
    return DayUse(limit=limit, used=ledger.used_since(day_of(app.now())) if ledger.exists() else Used())


def _budget(app: App, options: RunOptions, name: str) -> Decimal | None:
    value = None if options.sandbox else app.config.get(name).value
    return value if isinstance(value, Decimal) else None
