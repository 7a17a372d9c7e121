"""`flux2 dev|flash|turbo|flex|pro|max|klein [PROMPT]`: one request with one model variant, or one per seed."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from flux2cli.app import App
from flux2cli.catalog import VARIANTS
from flux2cli.core.run_options import DisplayOptions, PromptOptions, RunOptions, SeedOptions
from flux2cli.options.derived_command import derived_command, run_flags
from flux2cli.options.parameter_flags import given_parameters, parameter_flags
from flux2cli.options.run_flags import Flag, apply_display, flags_of, read_options

if TYPE_CHECKING:  # what only a run needs is loaded in the functions below: `--help` shows flags without it
    from flux2cli.runs.submission import Ask

_PROMPT: Flag = (
    Annotated[str | None, typer.Argument(metavar="PROMPT", help="What to make; `-` or a pipe reads it from stdin.")],
    None,
)


def command(name: str) -> Any:
    """The Typer command of a variant, with the flags that the variant takes at any provider."""
    variant = VARIANTS[name]
    flags = {**parameter_flags(name), **flags_of(SeedOptions), **run_flags(name), **flags_of(PromptOptions)}

    def run(app: App, values: dict[str, Any]) -> int | None:
        from flux2cli.runs.submission import Ask

        options = read_options(RunOptions, values, app.config)
        apply_display(app, read_options(DisplayOptions, values, app.config))
        ask = Ask(variant=name, prompt=values["prompt"], prompt_file=values["prompt_file"], **asked_values(values))
        if values["seeds"] is None:
            run_ask(app, ask, options)
            return None
        return _run_seeds(app, ask, options, read_options(SeedOptions, values, app.config))

    return derived_command(
        name, run, summary=f"{variant.title}: {variant.summary}.", argument=("prompt", _PROMPT), flags=flags
    )


def asked_values(values: dict[str, Any]) -> dict[str, Any]:
    """The parameters and reference images among Typer's values, for an Ask."""
    parameters = given_parameters(values)
    return {"images": parameters.pop("image", ()), "parameters": parameters}


def run_ask(app: App, ask: "Ask", options: RunOptions) -> None:
    """Run one request and print its result, or with `--dry-run` its plan."""
    from flux2cli.runs.submission import build_submission, plan

    submission = build_submission(app, ask, options)
    if options.dry_run:
        from flux2cli.output.request_plan import show_plan

        show_plan(app, plan(app, submission), notes=submission.notes)
        return
    from flux2cli.output.job_progress import JobProgress  # a plan needs neither network nor ledger nor progress
    from flux2cli.output.job_result import show_result
    from flux2cli.runs.generate import generate, not_as_asked

    result = generate(app, submission, options, JobProgress(app))
    different = options.strict and result.differences
    if not (different and app.json):  # where the error is the one document
        show_result(app, result)
    if different:
        raise not_as_asked(result)


def _run_seeds(app: App, ask: "Ask", options: RunOptions, seeds: SeedOptions) -> int | None:
    from flux2cli.commands.row_runs import run_rows
    from flux2cli.runs.seeds import seed_rows

    return run_rows(app, seed_rows(app, ask, options, seeds))
