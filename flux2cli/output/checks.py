"""Prints the checks of `flux2 doctor`."""

from flux2cli.app import App
from flux2cli.core.health import Check
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
