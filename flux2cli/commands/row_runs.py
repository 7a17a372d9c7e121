"""Runs rows of a prompt file or of `--seeds`, from validation to saved images; or compares them with what is there."""

from typing import TYPE_CHECKING

from flux2cli.app import App
from flux2cli.errors import Flux2Error, MismatchError
from flux2cli.options.confirmation import confirmed

if TYPE_CHECKING:  # what only a run needs is loaded in the functions below: help and manual show flags without it
    from flux2cli.runs.batch import BatchRun


def _check(app: App, rows: "BatchRun") -> int | None:
    """Compare all rows with what is there; the exit code is 11 where they differ."""
    from flux2cli.output.batch_check import show_check
    from flux2cli.output.github import show_problems
    from flux2cli.runs.batch import invalid_rows

    found = rows.drifts()
    if found.problems:
        show_problems(app, found.problems, found.more_problems, summary=rows.batch.summary)
        raise invalid_rows(found)
    show_check(app, found, summary_page=rows.batch.summary)
    return MismatchError.exit_code if found.drifts else None


def run_rows(app: App, rows: "BatchRun") -> int | None:
    """Validate all rows, print the plan, and run it; returns the exit code, None when nothing is sent."""
    from flux2cli.output.batch_plan import show_batch_plan, show_plans
    from flux2cli.output.github import show_problems
    from flux2cli.output.summary_page import write_error
    from flux2cli.runs.batch import invalid_rows

    if rows.batch.check:
        return _check(app, rows)
    try:
        found = rows.preflight()
    except Flux2Error as error:
        if rows.batch.summary:
            write_error(app, error)
        raise
    if found.problems:
        show_problems(app, found.problems, found.more_problems, summary=rows.batch.summary)
        raise invalid_rows(found)
    show_batch_plan(app, found)
    if rows.batch.prune and found.orphans and not rows.options.dry_run:
        count = len(found.orphans)
        question = f"Remove {count} images whose rows are gone" if count > 1 else "Remove the image whose row is gone"
        if confirmed(app, question, yes=rows.batch.yes):
            app.err(f"pruned {rows.prune(found)} of {count}")
    if rows.options.dry_run:
        show_plans(app, found, rows.plans(found), summary_page=rows.batch.summary)
        return None
    from flux2cli.output.batch_result import BatchDisplay, show_batch_end  # what a plan does not need

    display = BatchDisplay(app, found, summary_page=rows.batch.summary)
    try:
        end = rows.run(found, display.summary, display)
    finally:
        display.finish()
    return show_batch_end(app, display, limit=rows.batch.limit, stopped=end.stopped, error=end.error)
