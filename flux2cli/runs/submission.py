"""Turns what was asked for into a validated request, and into its plan. Sends nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from flux2cli.app import App
from flux2cli.catalog import VARIANTS, Mode
from flux2cli.catalog.model import Values
from flux2cli.core.request.file_format import check_format
from flux2cli.core.request.messages import suggest
from flux2cli.core.request.name_fields import planned_path
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.prepare import PreparedRequest, prepare_request
from flux2cli.core.request.request import Request
from flux2cli.core.request.route import choose_route
from flux2cli.core.run_options import RunOptions
from flux2cli.edges.places import Places
from flux2cli.errors import UsageError
from flux2cli.runs.inputs import check_stdin, notes_about, read_prompt, read_references
from flux2cli.runs.output_place import check_free, output_of, untyped
from flux2cli.runs.request_builder import request_of
from flux2cli.runs.target import Destination, target_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The values of one request. `parameters` are by name, without prompt and images, as typed: `"512x512"`, 7.

    `images` are reference images: paths, URLs, or `-` for stdin. Without `prompt` and `prompt_file` the prompt comes
    from stdin. `mode` None means `edit` with images and `text` without; `outpaint` has no prompt.
    """

    variant: str
    prompt: str | None = None
    prompt_file: str | None = None
    parameters: Values = field(default_factory=dict)
    images: Sequence[str] = ()
    mode: Mode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A validated request, its output, and notes for the user about what was read."""

    request: Request
    output: Output
    notes: tuple[str, ...] = ()


def build_submission(app: App, ask: Ask, options: RunOptions) -> Submission:
    """Read the inputs and validate the request; UsageError about the first thing that is wrong. Sends nothing."""
    if ask.variant not in VARIANTS:
        raise UsageError(f"There is no variant `{ask.variant}`.", hint=suggest(ask.variant, VARIANTS), about="variant")
    output, suffix = output_of(app, options, file_format=ask.parameters.get("format"))
    if output.stdout:  # downloaded and checked in a directory of our own before the first byte goes out
        output = replace(output, directory=str(app.directories.cache))
    images, parameters = list(ask.images), dict(ask.parameters)
    if ask.mode != "outpaint":
        check_stdin(ask.prompt, ask.prompt_file, images)
    notes: tuple[str, ...] = ()
    references = read_references(app, images, options.provider)
    mode = ask.mode or ("edit" if references else "text")
    route = choose_route(ask.variant, options.provider, mode, parameters)  # before stdin is read
    if ask.mode != "outpaint":
        parameters["prompt"] = prompt = read_prompt(app, ask.prompt, ask.prompt_file, ask.variant)
        notes = notes_about(prompt, ask.prompt, ask.prompt_file, ask.variant)
    request = request_of(app, route, parameters, references, suffix=suffix, extra=options.extra)
    check_format(request, output.name, suffix)
    origin = untyped(app, options)
    _check_stdout(app, request, output, origin)
    if not output.stdout:
        _check_place(request, output, options, origin)
    return Submission(request=request, output=output, notes=notes)


def _check_stdout(app: App, request: Request, output: Output, origin: str) -> None:
    """UsageError when `-o -` cannot mean the bytes of one image. `origin` is as `untyped` has it, here and below."""
    if not output.stdout:
        return
    if app.stdout_is_closed:
        raise UsageError(
            "`-o -` would write the image to stdout, which is closed.", hint="send it somewhere: -o - > fox.png"
        )
    if app.stdout_is_terminal:
        raise UsageError(
            f"`-o -`{origin} would write an image to the terminal.", hint="send it somewhere: -o - > fox.png"
        )
    if app.json or request.count > 1:
        other = "--json" if app.json else "--num above 1"
        raise UsageError(f"`-o -`{origin} and {other} do not go together.", hint="use -o DIR/ or a template")


def _check_place(request: Request, output: Output, options: RunOptions, origin: str) -> None:
    """UsageError when the request's images cannot be where the output says."""
    if output.explicit and request.count > 1:
        raise UsageError(
            f"`-o {output.name}`{origin} names one file, and --num asks for {request.count} images.",
            hint=f"use -o {output.name.rpartition('.')[0]}-{{index}}.{{ext}} or a directory",
        )
    path = planned_path(request, output, label=options.label)
    Places(writing=not options.dry_run).check(path, is_file=output.explicit)
    if output.explicit and not output.overwrite:
        check_free(path, hint="--overwrite replaces it; a directory or template numbers names", origin=origin)


def plan(app: App, submission: Submission) -> PreparedRequest:
    """The prepared request that would be sent, with its price. Needs neither key nor network."""
    target, _ = target_for(app, submission.request.route.provider, Destination.DRY_RUN)
    return prepare_request(submission.request, target)
