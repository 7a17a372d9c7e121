"""Prints the checks of `flux2 doctor`, and the prices that it compares, as JSON."""

from flux2cli.app import App
from flux2cli.catalog.pricing import money
from flux2cli.core.health import Check
from flux2cli.core.money.price_check import ComparedPrice
from flux2cli.output.text_layout import table, width_of


def show_check(app: App, check: Check) -> None:
    """Print one check: its status, name, finding, and hint."""
    from flux2cli.edges.terminal import clean

    rows = [(f"{check.status:<7}", f"{check.name:<13}", clean(check.message))]
    if check.hint:
        rows.append(("", "", f"hint: {clean(check.hint)}"))
    for line in table(rows, width_of(app)):
        app.out_line(line)


def check_document(check: Check) -> dict[str, object]:
    """One check as `doctor --json` prints it."""
    return {"name": check.name, "status": check.status, "message": check.message, "hint": check.hint}


def price_document(price: ComparedPrice) -> dict[str, object]:
    """One compared price as `doctor --prices --json` prints it; amounts are US dollars as decimal text."""
    known = price.route.price
    return {
        "provider": price.route.provider,
        "endpoint": price.route.endpoint,
        "agreement": price.agreement,
        "width": price.size[0],
        "height": price.size[1],
        "references": price.references,
        "stated": money(price.stated),
        "stated_otherwise": price.other or None,
        "catalogue": money(price.catalogue),
        "source": None if known is None else known.source,
        "price_verified_on": None if known is None else known.verified_on,
    }
