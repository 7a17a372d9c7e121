"""The flags of commands that submit: those of the catalogue's parameters, and those about the run itself."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from flux2cli.catalog import PARAMETERS, PRESETS, Field, Parameter, routes_of

Option = tuple[Any, Any]
"""A Typer annotation and its default."""


def parameter_options(variant: str) -> dict[str, Option]:
    """Flags for every parameter that the variant takes on some provider, keyed by parameter name.

    Values stay text: ranges and types are checked by the request's model, so that flags and files get the same answers.
    """
    taken = {name for route in routes_of(variant) for name in route.fields}
    return {name: _option(row, variant) for name, row in PARAMETERS.items() if name in taken and row.flags}


def _option(row: Parameter, variant: str) -> Option:
    text = f"{row.help} {_range(row, variant)}".rstrip()
    if row.kind == "boolean":
        return Annotated[bool | None, typer.Option("/".join(row.flags), help=text, rich_help_panel=row.group)], None
    many = row.kind in ("images", "loras")
    option = typer.Option(*row.flags, metavar=row.metavar, help=text, rich_help_panel=row.group)
    return (Annotated[list[str], option], []) if many else (Annotated[str | None, option], None)


def _range(row: Parameter, variant: str) -> str:
    """Range, choices and default over the variant's routes, each said once."""
    fields = [route.fields[row.name] for route in routes_of(variant) if row.name in route.fields]
    said = dict.fromkeys(part for field in fields for part in _parts(row, field))
    return f"[{'; '.join(said)}]" if said else ""


def _parts(row: Parameter, field: Field) -> list[str]:
    parts = []
    if row.kind == "size":
        parts.append(f"{', '.join(PRESETS)}, or sides {field.minimum}-{field.maximum}")
    elif field.choices:
        parts.append("|".join(field.choices))
    elif field.minimum is not None:
        parts.append(f"{field.minimum}-{field.maximum}")
    if field.max_items:
        parts.append(f"at most {field.max_items}")
    if field.default is not None:
        shown = str(field.default).lower() if isinstance(field.default, bool) else field.default
        parts.append(f"default {shown}")
    return parts


_O = typer.Option
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


def signature(options: Mapping[str, Option], *, argument: Option | None = None) -> inspect.Signature:
    """A function signature for Typer: the context, an optional `prompt` argument, then the options."""
    kind = inspect.Parameter.KEYWORD_ONLY
    items: dict[str, Option] = {"prompt": argument, **options} if argument else dict(options)
    parameters = [inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)]
    parameters += [
        inspect.Parameter(name, kind, annotation=annotation, default=default)
        for name, (annotation, default) in items.items()
    ]
    return inspect.Signature(parameters)


def sort_out(values: Mapping[str, Any]) -> Given:
    """Parameters that were given on one side, options of the run on the other."""
    parameters = {
        name: value
        for name, value in values.items()
        if name in PARAMETERS and value not in (None, []) and name != "prompt"
    }
    return Given(parameters=parameters, run={name: value for name, value in values.items() if name in RUN_OPTIONS})
