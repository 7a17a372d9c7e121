"""The flags of commands that submit: those of the catalogue's parameters, and those about the run itself."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from flux2cli.app import App
from flux2cli.catalog import PARAMETERS, Parameter
from flux2cli.core.request.describe import describe, parameters_of, routes_for
from flux2cli.providers import registry

Option = tuple[Any, Any]
"""A Typer annotation and its default."""


def parameter_options(command: str) -> dict[str, Option]:
    """Flags for every parameter that the variant, or `outpaint`, takes on some provider, keyed by parameter name.

    Values stay text: ranges and types are checked by the request's model, so that flags and files get the same answers.
    """
    taken = parameters_of(routes_for(command))
    return {name: _option(PARAMETERS[name], command) for name in taken if PARAMETERS[name].flags}


def all_parameter_options() -> dict[str, Option]:
    """Flags for every parameter there is, for a command whose rows choose the variant."""
    return {name: _option(row, None) for name, row in PARAMETERS.items() if row.flags}


def _option(row: Parameter, command: str | None) -> Option:
    text = row.help if command is None else f"{row.help} {_range(row, command)}".rstrip()
    if row.kind == "boolean" and row.selects:
        return Annotated[bool, typer.Option(*row.flags, help=text, rich_help_panel=row.group)], False
    if row.kind == "boolean":
        return Annotated[bool | None, typer.Option("/".join(row.flags), help=text, rich_help_panel=row.group)], None
    many = row.kind in ("images", "loras")
    option = typer.Option(*row.flags, metavar=row.metavar, help=text, rich_help_panel=row.group)
    return (Annotated[list[str], option], []) if many else (Annotated[str | None, option], None)


def _range(row: Parameter, command: str) -> str:
    """Who takes it, its range and its default over the command's endpoints."""
    clauses = describe(routes_for(command), row.name)
    return f"[{'; '.join(clauses)}]" if clauses else ""


def run_options(command: str) -> dict[str, Option]:
    """The flags about the run itself, for a command that leads to certain providers."""
    providers = dict.fromkeys(route.provider for route in routes_for(command))
    text = f"Where to run it: {', '.join(providers)}. [default: settings, else fal]"
    provider = typer.Option("-p", "--provider", metavar="NAME", help=text, rich_help_panel="Run")
    return {**RUN_OPTIONS, "provider": (Annotated[str | None, provider], None)}


def run_options_of_batch() -> dict[str, Option]:
    """The flags about the run itself, for a command whose prompts come from files."""
    text = f"Where to run rows that do not say: {', '.join(registry.names())}. [default: settings, else fal]"
    provider = typer.Option("-p", "--provider", metavar="NAME", help=text, rich_help_panel="Run")
    known = {name: option for name, option in RUN_OPTIONS.items() if name != "prompt_file"}
    return {**known, "provider": (Annotated[str | None, provider], None)}


_O = typer.Option
_CONCURRENCY: Option = (
    Annotated[int, _O("-c", "--concurrency", metavar="N", min=1, max=1024, rich_help_panel="Batch",
              help="Rows in flight at a time; no more than the provider allows.")],
    8,
)  # fmt: skip
BATCH_OPTIONS: dict[str, Option] = {
    "variant": (Annotated[str | None, _O("-m", "--variant", metavar="VARIANT", rich_help_panel="Batch",
                help="The model variant of rows that do not say: dev, flash … or outpaint.")], None),
    "concurrency": _CONCURRENCY,
    "input_format": (Annotated[str | None, _O("--input-format", metavar="FORMAT", rich_help_panel="Batch",
                     help="txt, csv, tsv or jsonl, where the file's name does not tell.")], None),
    "limit": (Annotated[int | None, _O("--limit", metavar="N", min=0, rich_help_panel="Batch",
              help="Submit at most N rows in this run; done rows do not count.")], None),
    "max_failures": (Annotated[int | None, _O("--max-failures", metavar="N", min=1, rich_help_panel="Batch",
                     help="Stop submitting after N rows that failed or are unknown.")], None),
    "shard": (Annotated[str | None, _O("--shard", metavar="I/N", rich_help_panel="Batch",
              help="Only part I of N (from 1), for several machines.")], None),
    "retry_failed": (Annotated[bool, _O("--retry-failed", rich_help_panel="Batch",
                     help="Send rows again that the provider refused or that were cancelled.")], False),
    "retry_moderated": (Annotated[bool, _O("--retry-moderated", rich_help_panel="Batch",
                        help="Send rows again that moderation refused.")], False),
    "summary": (Annotated[bool, _O("--summary", rich_help_panel="Batch",
                help="Add a table to the page that GITHUB_STEP_SUMMARY names.")], False),
    "prompt": (Annotated[str | None, _O("--prompt", metavar="TEXT", rich_help_panel="Prompt",
               help="The prompt of rows that have none.")], None),
}  # fmt: skip
SEED_OPTIONS: dict[str, Option] = {
    "seeds": (Annotated[str | None, _O("--seeds", metavar="A,B,C|N..M", rich_help_panel="Image",
              help="One request for each seed, as a batch.")], None),
    "concurrency": _CONCURRENCY,
}  # fmt: skip
RUN_OPTIONS: dict[str, Option] = {
    "output": (
        Annotated[str | None, _O("-o", "--output", metavar="FILE|DIR/|TEMPLATE|-", rich_help_panel="Output",
                  help="Where images go; a template may hold {slug} {seed} {index} {date} …; - is stdout.")],
        None,
    ),
    "overwrite": (Annotated[bool, _O("--overwrite", help="Replace an existing file.",
                  rich_help_panel="Output")], False),
    "strict": (Annotated[bool, _O("--strict", rich_help_panel="Output",
               help="Exit 12 if what came is not what was asked (size, format, count, blocked or blank).")], False),
    "json": (Annotated[bool, _O("--json", help="One JSON document on stdout.", rich_help_panel="Output")], False),
    "quiet": (Annotated[bool, _O("-q", "--quiet", help="Only errors on stderr.", rich_help_panel="Output")], False),
    "verbose": (Annotated[bool, _O("-v", "--verbose", help="Retries and the model's logs, too.",
                rich_help_panel="Output")], False),
    "no_color": (Annotated[bool, _O("--no-color", help="No colours.", rich_help_panel="Output")], False),
    "provider": (
        Annotated[str | None, _O("-p", "--provider", metavar="NAME", rich_help_panel="Run",
                  help="Where to run it: fal. [default: settings, else fal]")],
        None,
    ),
    "sandbox": (
        Annotated[bool, _O("--sandbox", help="Use the built-in emulator: no key, no cost.", rich_help_panel="Run")],
        False,
    ),
    "dry_run": (
        Annotated[bool, _O("--dry-run", help="Show the request and its cost; send nothing.", rich_help_panel="Run")],
        False,
    ),
    "wait": (Annotated[bool, _O("--wait/--no-wait", help="Wait for the image, or print the job id and leave.",
             rich_help_panel="Run")], True),
    "timeout": (
        Annotated[str | None, _O("--timeout", metavar="SECONDS", rich_help_panel="Run",
                  help="How long to wait for the job; 0 is for ever. [default 600]")],
        None,
    ),
    "resubmit_unknown": (
        Annotated[bool, _O("--resubmit-unknown", rich_help_panel="Run",
                  help="Submit although an identical job may have been accepted.")],
        False,
    ),
    "max_cost": (
        Annotated[str | None, _O("--max-cost", metavar="USD", rich_help_panel="Run",
                  help="Refuse, before anything is sent, what may cost more than this.")],
        None,
    ),
    "allow_unpriced": (
        Annotated[bool, _O("--allow-unpriced", rich_help_panel="Run",
                  help="Send what has no known price in spite of a limit.")],
        False,
    ),
    "label": (Annotated[str | None, _O("--label", metavar="TEXT", rich_help_panel="Run",
              help="A word for `jobs` and `cost`.")], None),
    "param": (
        Annotated[list[str], _O("--param", metavar="KEY=JSON", rich_help_panel="Run",
                  help="Send a field that this tool does not know, unchecked; repeat for more.")],
        [],
    ),
    "prompt_file": (Annotated[str | None, _O("--prompt-file", metavar="FILE", help="Read the prompt from a file.",
                    rich_help_panel="Prompt")], None),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was typed: parameter values by name, and the run's own options by name."""

    parameters: Mapping[str, object]
    run: Mapping[str, Any]


def signature(
    options: Mapping[str, Option], *, argument: Option | None = None, name: str = "prompt"
) -> inspect.Signature:
    """A function signature for Typer: the context, an optional argument of that name, then the options."""
    kind = inspect.Parameter.KEYWORD_ONLY
    items: dict[str, Option] = {name: argument, **options} if argument else dict(options)
    parameters = [inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)]
    parameters += [
        inspect.Parameter(name, kind, annotation=annotation, default=default)
        for name, (annotation, default) in items.items()
    ]
    return inspect.Signature(parameters)


def apply_verbosity(app: App, run: Mapping[str, Any]) -> None:
    """How much is said, and in which colour."""
    app.quiet, app.verbose = run["quiet"], run["verbose"]
    app.color = False if run["no_color"] else None


def split_given(values: Mapping[str, Any]) -> Given:
    """Parameters that were given on one side, options of the run on the other."""
    parameters = {
        name: value
        for name, value in values.items()
        if name in PARAMETERS
        and value not in (None, [])
        and name != "prompt"
        and not (value is False and PARAMETERS[name].selects)
    }
    return Given(parameters=parameters, run={name: value for name, value in values.items() if name in RUN_OPTIONS})
