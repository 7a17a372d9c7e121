"""What a batch prints on stdout: a path per saved image, or one JSON object per row; and its plans."""

import json

from flux2cli.app import App
from flux2cli.core.batch.row import Row
from flux2cli.core.batch.row_events import RowFinished
from flux2cli.core.request.prepare import PreparedRequest
from flux2cli.errors import Flux2Error
from flux2cli.output import result


def show_row(app: App, ended: RowFinished) -> None:
    """The end of one row. A row that is done already is counted and not told.

    Where both streams are one terminal, the line about the saved image names its path already.
    """
    if ended.outcome is not None:
        told = app.stdout_is_terminal and app.stderr_is_terminal and not app.quiet and ended.outcome.images
        if app.json:
            app.out_json({**result.document_of(app, ended.outcome), **_named(ended.row)})
        elif not told:
            result.show_outcome(app, ended.outcome)
    elif ended.error is not None and app.json:
        app.out_json({**_failure(ended.error), **_named(ended.row)})


def show_error(app: App, error: Flux2Error) -> None:
    """What stopped the whole batch, as JSON."""
    app.out_json(_failure(error))


def show_row_plan(app: App, row: Row, plan: PreparedRequest) -> None:
    """`--dry-run`: the request of one row and its price, the body on a line of its own."""
    if app.json:
        app.out_json({**result.plan_document(plan), **_named(row)})
        return
    for text in plan.request.warnings:
        if not app.quiet:
            app.terminal.styled("warning", f"{row.file}:{row.line}: {text}")
    price = result.price_range(plan.estimate.record())
    app.out(f"{row.file}:{row.line}  {plan.call.method} {plan.call.url}  {price}")
    app.out(f"  {json.dumps(plan.payload, ensure_ascii=False)}")


def _named(row: Row) -> dict[str, object]:
    return {"row": row.number, "id": row.id}


def _failure(error: Flux2Error) -> dict[str, object]:
    from flux2cli.cli import error_document

    return error_document(error)
