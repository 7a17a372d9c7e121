"""`flux2 dev|flash|turbo|flex|pro|max|klein [PROMPT]`: one request with one model variant."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from flux2cli.app import App
from flux2cli.catalog import VARIANTS, Mode
from flux2cli.core.job.job import Output
from flux2cli.core.request.prepare import prepare_request
from flux2cli.core.request.request import Request, choose_route
from flux2cli.errors import UsageError
from flux2cli.options import parameter_flags
from flux2cli.options.help_screens import Commands
from flux2cli.options.run_values import extra_of, output_of, provider_of
from flux2cli.output import result
from flux2cli.runs.inputs import check_stdin, read_prompt, read_references
from flux2cli.runs.request_builder import request_of
from flux2cli.runs.target import Destination, target_for

_PROMPT: parameter_flags.Option = (
    Annotated[str | None, typer.Argument(metavar="PROMPT", help="What to make; `-` or a pipe reads it from stdin.")],
    None,
)


def command(name: str) -> Any:
    """The Typer command of a variant, with the flags that the variant can take somewhere."""
    variant = VARIANTS[name]
    app = Commands()
    flags = {
        **parameter_flags.parameter_options(name),
        **parameter_flags.SEED_OPTIONS,
        **parameter_flags.run_options(name),
    }
    shape = parameter_flags.signature(flags, argument=_PROMPT)

    def run(context: typer.Context, **values: Any) -> None:
        if values["seeds"] is not None:
            from flux2cli.runs.seeds import generate_seeds

            return generate_seeds(context.obj, name, values)
        return generate(context.obj, name, values)

    run.__signature__ = shape  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in shape.parameters.values()}
    app.command(name, help=f"{variant.title}: {variant.summary}.")(run)
    return typer.main.get_command(app)


def generate(app: App, variant: str, values: Mapping[str, Any], *, mode: Mode | None = None) -> None:
    """One request from flags to saved files, or to the plan of it with `--dry-run`.

    Without `mode` the references decide between making and editing; `outpaint` has no prompt.
    """
    given = parameter_flags.split_given(values)
    run = given.run
    parameter_flags.apply_verbosity(app, run)
    provider = provider_of(app, run["provider"])
    output, suffix = output_of(app, run)
    if output.stdout:  # downloaded and checked in a directory of our own before the first byte goes out
        output = replace(output, directory=str(app.directories.cache))
    parameters = dict(given.parameters)
    images = cast("list[str]", parameters.pop("image", []))
    if mode != "outpaint":
        check_stdin(values["prompt"], run["prompt_file"], images)
    references = read_references(app, images, provider)
    if mode != "outpaint":
        choose_route(variant, provider, mode or ("edit" if references else "text"), parameters)  # before stdin is read
        parameters["prompt"] = read_prompt(app, values["prompt"], run["prompt_file"])
    request = request_of(
        app, variant, provider, parameters, references, mode=mode, suffix=suffix, extra=extra_of(run["param"])
    )
    _check_output(app, request, output, as_json=run["json"])
    if run["dry_run"]:
        plan = prepare_request(request, target_for(app, provider, Destination.DRY_RUN), output)
        return result.show_plan(app, plan)
    from flux2cli.runs.generate import run_request  # what a plan does not need: network, books, progress

    return run_request(app, run, request, output)


def _check_output(app: App, request: Request, output: Output, *, as_json: bool) -> None:
    many = request.values.get("num", 1) not in (1, None)
    if output.stdout:
        if app.stdout_is_terminal:
            raise UsageError("`-o -` would write an image to the terminal.", hint="send it somewhere: -o - > fox.png")
        if as_json or many:
            other = "--json" if as_json else "--num above 1"
            raise UsageError(f"`-o -` and {other} do not go together.", hint="use -o DIR/ or a template")
    if output.explicit:
        path = Path(output.directory) / output.name
        if many:
            raise UsageError(
                f"`-o {output.name}` names one file, and --num asks for {request.values['num']} images.",
                hint=f"use -o {output.name.rpartition('.')[0]}-{{index}}.{{ext}} or a directory",
            )
        if path.is_dir():
            raise UsageError(f"`{path}` is a directory.", hint=f"write `{output.name}/` to save into it")
        if path.exists() and not output.overwrite:
            raise UsageError(f"`{path}` exists.", hint="--overwrite replaces it; a directory or template numbers names")
