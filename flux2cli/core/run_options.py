"""The options of a run, each declared once: its flags, its setting, its help and its group. No Typer here.

`flux2cli.options` derives from these fields the flags of the command line, the fall-backs to the settings, and with
them help and completions. Called from Python, the use cases in `flux2cli.runs` take the same values.
"""

import json
import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from flux2cli.core.option_fields import number, switch, text, texts
from flux2cli.core.request.output_path import check_output
from flux2cli.core.request.route import check_provider
from flux2cli.errors import UsageError
from flux2cli.providers import registry
from flux2cli.quotes import shown
from flux2cli.wire import JsonObject, JsonValue


def read_dollars(typed: str) -> Decimal:
    """The amount of `--max-cost` in US dollars; UsageError for anything else."""
    try:
        amount = Decimal(typed)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise UsageError(f"`--max-cost {typed}` is not an amount of US dollars.", hint="for example --max-cost 0.50")
    return amount


def read_extra(items: list[str]) -> JsonObject:
    """The fields of `--param KEY=JSON` by their wire names; UsageError for anything else."""
    found: dict[str, JsonValue] = {}
    for item in items:
        key, equals, value = item.partition("=")
        if not equals or not key:
            raise UsageError(f"`--param {item}` is not KEY=JSON.", hint="for example --param style='\"ink\"'")
        try:
            found[key] = json.loads(value, parse_float=_finite, parse_constant=_finite)
        except (ValueError, RecursionError):
            hint = f"text needs quotes: --param {shown(key)}='\"{shown(value)}\"'"
            raise UsageError(f"`--param {key}`: the value is not JSON.", hint=hint) from None
    return found


def _finite(text: str) -> float:
    """The number; ValueError for `NaN`, `Infinity` and what is too large, which JSON does not have."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def read_seconds(value: object) -> float | None:
    """Seconds to wait for a job; None, without a limit, for 0."""
    return float(Decimal(str(value))) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """The options of every command that submits.

    `output` is as typed: a file, a directory, a template, or `-`; None is the current directory. `timeout` is seconds
    from a job's submit, None for no limit. `max_cost` is US dollars. `extra` holds fields by their names on the wire.
    """

    output: str | None = text(
        "-o", "--output", metavar="FILE|DIR/|TEMPLATE|-", group="Output", setting="output", check=check_output,
        help="Where images go; a template may hold {slug} {seed} {index} {date} …; - is stdout.",
    )  # fmt: skip
    overwrite: bool = switch("--overwrite", help="Replace an existing file.", group="Output")
    strict: bool = switch(
        "--strict", group="Output",
        help="Exit 12 if what came is not what was asked (size, format, count, blocked or blank).",
    )  # fmt: skip
    provider: str = text(
        "-p", "--provider", metavar="NAME", group="Run", setting="provider", default=registry.default(),
        check=check_provider,
        help=f"Where to run it. [default: settings, else {registry.default()}]",
    )  # fmt: skip
    sandbox: bool = switch(
        "--sandbox", help="Use the built-in emulator: no key, no cost.", group="Run", setting="sandbox"
    )
    dry_run: bool = switch("--dry-run", help="Show the request and its cost; send nothing.", group="Run")
    wait: bool = switch(
        "--wait/--no-wait", help="Wait for the image, or print the job id and leave.", group="Run", default=True
    )
    timeout: float | None = text(
        "--timeout", metavar="SECONDS", group="Run", setting="timeout", read=read_seconds, default=600.0,
        help="How long to wait for the job, such as 90s or 5m; 0 is for ever. [default 600]",
    )  # fmt: skip
    resubmit_unknown: bool = switch(
        "--resubmit-unknown", help="Submit although an identical job may have been accepted.", group="Run"
    )
    max_cost: Decimal | None = text(
        "--max-cost", metavar="USD", group="Run", read=read_dollars,
        help="Refuse, before anything is sent, what may cost more than this.",
    )  # fmt: skip
    allow_unpriced: bool = switch(
        "--allow-unpriced", help="Send what has no known price in spite of a limit.", group="Run"
    )
    label: str | None = text(
        "--label", metavar="TEXT", help="Label to filter and group by in `jobs` and `cost`.", group="Run",
        setting="label",
    )  # fmt: skip
    extra: JsonObject = texts(
        "--param", metavar="KEY=JSON", group="Run", read=read_extra,
        help="Send a field that this tool does not know, unchecked; repeat for more.",
    )  # fmt: skip
    from_settings: frozenset[str] = frozenset()
    """The options whose values come from the settings, and not from the command line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayOptions:
    """The options about what a run prints: `-q`, `-v`, colours, JSON."""

    json: bool = switch("--json", help="One JSON document on stdout.", group="Output")
    quiet: bool = switch("-q", "--quiet", help="Only errors on stderr.", group="Output")
    verbose: bool = switch("-v", "--verbose", help="Retries and the model's logs, too.", group="Output")
    no_color: bool = switch("--no-color", help="No colours.", group="Output")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedOptions:
    """The options that make one request per seed out of one request."""

    seeds: str | None = text(
        "--seeds", metavar="A,B,C|N..M", help="One request for each seed, as a batch.", group="Image"
    )
    concurrency: int = number(
        "-c", "--concurrency", metavar="N", minimum=1, maximum=1024, default=8, group="Batch",
        help="Rows in flight at a time; no more than the provider allows.",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptOptions:
    """The source of a request's prompt, if not the argument."""

    prompt_file: str | None = text("--prompt-file", metavar="FILE", help="Read the prompt from a file.", group="Prompt")
