"""`flux2 batch FILE...`: one request per row of a prompt file; flags are the defaults of every row."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from flux2cli.app import App
from flux2cli.core.batch.batch_options import BatchOptions
from flux2cli.core.run_options import DisplayOptions, RunOptions
from flux2cli.errors import Flux2Error
from flux2cli.options.derived_command import derived_command, run_flags_of_rows
from flux2cli.options.parameter_flags import all_parameter_flags, given_parameters
from flux2cli.options.run_flags import Flag, apply_display, flags_of, read_options

if TYPE_CHECKING:  # what only a run needs is loaded in the functions below: help and manual show flags without it
    from flux2cli.runs.batch import BatchRun

_FILES: Flag = (
    Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Prompt files: txt, csv, tsv, jsonl or json; - is stdin."),
    ],
    ...,
)


def command(name: str) -> Any:
    """The Typer command."""
    flags = {**flags_of(BatchOptions), **all_parameter_flags(), **run_flags_of_rows()}
    summary = "One request per row of a prompt file; the same command again goes on where it stopped."
    return derived_command(name, run_files, summary=summary, argument=("files", _FILES), flags=flags)


def run_files(app: App, values: dict[str, Any]) -> int | None:
    """Run all rows of the files, from validation to saved images; returns the exit code."""
    from flux2cli.runs.file_rows import file_rows

    options = read_options(RunOptions, values, app.config)
    apply_display(app, read_options(DisplayOptions, values, app.config))
    batch = read_options(BatchOptions, values, app.config)
    with file_rows(app, values["files"], given_parameters(values), options, batch) as rows:
        return run_rows(app, rows)


def run_rows(app: App, rows: "BatchRun") -> int | None:
    """Validate all rows, print the plan, and run it; returns the exit code, None when nothing is sent."""
    from flux2cli.output.batch_plan import show_batch_plan, show_plans
    from flux2cli.output.github import show_problems
    from flux2cli.output.summary_page import write_error
    from flux2cli.runs.batch import invalid_rows

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
