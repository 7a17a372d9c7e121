"""Prints what a batch will do and may cost, before anything is sent, and the requests themselves with `--dry-run`."""

from collections.abc import Iterable

from flux2cli.app import App
from flux2cli.catalog.pricing import money
from flux2cli.core.batch.preflight import Preflight
from flux2cli.core.batch.row import Row
from flux2cli.core.batch.summary import in_rows
from flux2cli.core.json_text import json_text
from flux2cli.core.request.file_names import relative_path
from flux2cli.core.request.prepare import PreparedRequest
from flux2cli.output.job_result import summary_document
from flux2cli.output.request_plan import plan_document
from flux2cli.output.summary_page import PlanPage

_SHOWN_ORPHANS = 10


def show_batch_plan(app: App, found: Preflight) -> None:
    """Print the number of pending rows, what they may cost, and the images whose rows are gone, on stderr."""
    app.err(plan_sentence(found))
    for path in found.orphans[:_SHOWN_ORPHANS]:
        app.err(f"no row any more: {relative_path(path, str(app.cwd))}")
    if len(found.orphans) > _SHOWN_ORPHANS:
        app.err(f"no row any more: {len(found.orphans) - _SHOWN_ORPHANS} further images")


def plan_sentence(found: Preflight) -> str:
    """How many rows are pending, and what they may cost: `3 rows: 2 done already, 1 to send, $0.005 (estimated)`."""
    counts = [
        (found.done, "done already"),
        (found.count("collect"), "to collect"),
        (found.count("await"), "with another process"),
        (found.count("report"), "not touched (failed, moderated or unknown before)"),
        (found.count("keep"), "kept"),
        (found.count("adopt"), "to adopt"),
        (found.count("move"), "to move"),
        (found.count("restore"), "to restore"),
        (found.held_back, "left for later"),
        (found.count("send"), "to send"),
    ]
    listed = ", ".join(f"{count} {words}" for count, words in counts if count)
    price = f", {_price(found)}" if found.count("send") else ""
    return f"{in_rows(found.rows)}: {listed}{price}" if listed else in_rows(found.rows)


def _price(found: Preflight) -> str:
    bill = found.bill
    unknown = f"{bill.unpriced} of them without a known price" if bill.unpriced else ""
    if bill.unpriced == found.count("send"):
        return "price unknown"
    price = bill.text()
    return f"{price} (estimated){', ' + unknown if unknown else ''}"


def show_plans(app: App, found: Preflight, plans: Iterable[tuple[Row, PreparedRequest]], *, summary_page: bool) -> None:
    """Print the request of each row and its price, then, as JSON, the counts and the total (`--dry-run`)."""
    page, sentence = PlanPage(), plan_sentence(found)  # now: the plans use up the pending rows
    for row, plan in plans:
        _show_plan(app, row, plan)
        page.add(row, plan)
    if summary_page:
        page.write(app, sentence, found.bill)
    if app.json:
        bill = found.bill
        price = {
            "amount": money(bill.low),
            "max": money(bill.high),
            "currency": "USD",
            "source": "estimated",
            "unpriced": bill.unpriced,
        }
        app.out_json({**summary_document(found.summary()), "dry_run": True, "cost": price})


def _show_plan(app: App, row: Row, plan: PreparedRequest) -> None:
    """Print the request of one row with its price, and its body on a line of its own."""
    if app.json:
        app.out_json({**plan_document(plan), "row": row.number, "id": row.id})
        return
    for text in plan.request.warnings:
        if not app.quiet:
            app.terminal.styled("warning", f"{row.file}:{row.line}: {text}")
    price = plan.estimate.text()
    app.out_line(f"{row.file}:{row.line}  {plan.call.method} {plan.shown_url}  {price}")
    app.out(f"  {json_text(plan.payload)}")
