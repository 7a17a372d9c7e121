"""`flux2 batch FILE...`: one request per row of a prompt file; flags are the defaults of every row."""

from typing import Annotated, Any

import typer

from flux2cli.app import App
from flux2cli.commands.row_runs import run_rows
from flux2cli.core.batch.batch_options import BatchOptions
from flux2cli.core.run_options import DisplayOptions, RunOptions
from flux2cli.options.derived_command import derived_command, run_flags_of_rows
from flux2cli.options.parameter_flags import all_parameter_flags, given_parameters
from flux2cli.options.run_flags import Flag, apply_display, flags_of, read_options

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
