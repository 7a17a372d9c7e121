"""Prints what a batch will do and may cost, before anything is sent, and the requests themselves with `--dry-run`."""

import hashlib
from collections.abc import Iterable, Sequence

from flux2cli.app import App
from flux2cli.catalog.pricing import money
from flux2cli.core.batch.plan.moves import first_place
from flux2cli.core.batch.preflight import PendingRow, Preflight
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
    for record in found.orphans[:_SHOWN_ORPHANS]:
        app.err(f"no row any more: {relative_path(record.path, str(app.cwd))}")
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


Plans = Iterable[tuple[Row, PendingRow, PreparedRequest | None]]
"""Rows that are not done, with the request that would be sent for each, if any."""


def show_plans(app: App, found: Preflight, plans: Plans, *, summary_page: bool) -> None:
    """Print the state of each row that is not done and its price, then, as JSON, counts and total (`--dry-run`)."""
    page, sentence = PlanPage(), plan_sentence(found)  # now: the plans use up the pending rows
    drifts = []
    for row, todo, plan in plans:
        drifts.append((row.id or row.key, row.request.key))
        if plan is None:
            _show_state(app, row, todo)
        else:
            _show_plan(app, row, todo, plan)
            page.add(row, plan)
    if summary_page:
        page.write(app, sentence, found.bill)
    if len(page.sums) > 1:
        for (variant, provider), cost in page.sums.items():
            app.err(f"{variant} at {provider}: {in_rows(cost.count)}, {cost.text()}")
    if app.json:
        bill = found.bill
        price = {
            "amount": money(bill.low),
            "max": money(bill.high),
            "currency": "USD",
            "source": "estimated",
            "unpriced": bill.unpriced,
        }
        app.out_json(
            {
                **summary_document(found.summary()),
                "dry_run": True,
                "cost": price,
                "sums": _sums(page),
                "plan_id": _plan_id(drifts),
            }
        )


def _sums(page: PlanPage) -> list[dict[str, object]]:
    """What would be sent, by variant and provider."""
    return [
        {
            "variant": variant,
            "provider": provider,
            "rows": cost.count,
            "amount": money(cost.low),
            "max": money(cost.high),
            "unpriced": cost.unpriced,
        }
        for (variant, provider), cost in page.sums.items()
    ]


def _plan_id(drifts: Sequence[tuple[str, str]]) -> str:
    """A hash of the rows that are not done and of their requests: two plans with the same one do the same."""
    return hashlib.sha256(json_text(sorted(drifts)).encode()).hexdigest()


def _show_state(app: App, row: Row, todo: PendingRow) -> None:
    """Print the state of a row for which nothing would be sent."""
    if app.json:
        app.out_json({"ok": True, "schema": "flux2cli/plan/1", **_row_fields(app, row, todo)})
    else:
        app.out_line(_head(app, row, todo))


def _row_fields(app: App, row: Row, todo: PendingRow) -> dict[str, object]:
    state = {"state": todo.state, "action": todo.action, "reasons": list(todo.reasons)}
    return {"row": row.number, "id": row.id, "file": _file(app, row, todo), **state}


def _file(app: App, row: Row, todo: PendingRow) -> str | None:
    place = todo.images[0] if todo.action == "keep" and todo.images else first_place(row, todo.moves, todo.places)
    return None if place is None else relative_path(place, str(app.cwd))


def _head(app: App, row: Row, todo: PendingRow) -> str:
    """Where the row stands, its state with the reasons, and its file."""
    why = f" ({'; '.join(todo.reasons)})" if todo.reasons else ""
    file = _file(app, row, todo)
    return f"{row.file}:{row.line}  {todo.state}{why}{f'  {file}' if file else ''}"


def _show_plan(app: App, row: Row, todo: PendingRow, plan: PreparedRequest) -> None:
    """Print the state and the request of one row with its price; with `--verbose` also its body, on its own line."""
    if app.json:
        app.out_json({**plan_document(plan), **_row_fields(app, row, todo)})
        return
    for text in plan.request.warnings:
        if not app.quiet:
            app.terminal.styled("warning", f"{row.file}:{row.line}: {text}")
    price = plan.estimate.text()
    app.out_line(f"{_head(app, row, todo)}  {plan.call.method} {plan.shown_url}  {price}")
    if app.verbose:
        app.out(f"  {json_text(plan.payload)}")
