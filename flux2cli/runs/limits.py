"""The money limits of a run: `--max-cost`, and the budgets of the settings. Sandbox runs have only the former."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flux2cli.app import App
from flux2cli.core.money.budget import DayBudget, check_request, day_of
from flux2cli.core.money.cost import Estimate
from flux2cli.errors import UsageError


def check_limits(app: App, run: Mapping[str, Any], estimate: Estimate, images: int, *, sandbox: bool) -> None:
    """BudgetError when one request may cost more than the user allows."""
    check_request(
        estimate,
        images,
        run=max_cost(run),
        image=None if sandbox else _amount(app, "budget.per_image"),
        allow_unpriced=bool(run["allow_unpriced"]),
    )


def check_image(app: App, run: Mapping[str, Any], estimate: Estimate, images: int, *, sandbox: bool) -> None:
    """BudgetError when an image of the request may cost more than `budget.per_image`."""
    limit = None if sandbox else _amount(app, "budget.per_image")
    check_request(estimate, images, run=None, image=limit, allow_unpriced=bool(run["allow_unpriced"]))


def day_budget(app: App, run: Mapping[str, Any], *, sandbox: bool) -> DayBudget | None:
    """What this UTC day may cost, None where nobody set it."""
    amount = None if sandbox else _amount(app, "budget.per_day")
    if amount is None:
        return None
    return DayBudget(amount=amount, since=day_of(app.now()), allow_unpriced=bool(run["allow_unpriced"]))


def max_cost(run: Mapping[str, Any]) -> Decimal | None:
    """The amount of `--max-cost` in US dollars; UsageError when it is none."""
    text = run["max_cost"]
    if text is None:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise UsageError(f"`--max-cost {text}` is not an amount of US dollars.", hint="for example --max-cost 0.50")
    return amount


def _amount(app: App, name: str) -> Decimal | None:
    value = app.config.get(name).value
    return value if isinstance(value, Decimal) else None
