"""`flux2 batch FILE...`: one request per row of a prompt file; flags are the defaults of every row."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Annotated, Any

import typer

from flux2cli.app import App
from flux2cli.core.batch.preflight import Raw
from flux2cli.core.batch.read_rows import read_rows
from flux2cli.core.batch.resume import RetryChoice
from flux2cli.core.batch.shards import parse_shard
from flux2cli.errors import UsageError
from flux2cli.options import parameter_flags
from flux2cli.options.help_screens import Commands
from flux2cli.options.run_values import extra_of, output_of_many, provider_of
from flux2cli.runs.batch import BatchOptions, BatchRun
from flux2cli.runs.row_builder import RowBuilder

_FILES: parameter_flags.Option = (
    Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Prompt files: .txt, .csv, .tsv or .jsonl; - is stdin.")
    ],
    ...,
)


def command(name: str) -> Any:
    """The Typer command."""
    app = Commands()
    flags = {
        **parameter_flags.BATCH_OPTIONS,
        **parameter_flags.all_parameter_options(),
        **parameter_flags.run_options_of_batch(),
    }
    shape = parameter_flags.signature(flags, argument=_FILES, name="files")

    def run(context: typer.Context, files: list[str], **values: Any) -> None:
        batch(context.obj, files, values)

    run.__signature__ = shape  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in shape.parameters.values()}
    app.command(name, help="One request per row of a prompt file; the same command again goes on where it stopped.")(
        run
    )
    return typer.main.get_command(app)


def batch(app: App, files: list[str], values: Mapping[str, Any]) -> None:
    """All rows of the files, from validation to saved images."""
    from flux2cli.edges.prompt_files import open_prompts

    given = parameter_flags.split_given(values)
    run = given.run
    parameter_flags.apply_verbosity(app, run)
    output, suffix = output_of_many(app, run)
    parameters = dict(given.parameters)
    if values["prompt"] is not None:
        parameters["prompt"] = values["prompt"]
    if files.count("-") + list(parameters.get("image", ())).count("-") > 1:  # type: ignore[call-overload]
        raise UsageError("Stdin can be read only once.", hint="give the other one as a file")
    maker = RowBuilder(
        app=app,
        variant=values["variant"],
        provider=provider_of(app, run["provider"]),
        parameters=parameters,
        output=output,
        suffix=suffix,
        label=run["label"],
        extra=extra_of(run["param"]),
    )
    with ExitStack() as stack:
        opened = [
            stack.enter_context(
                open_prompts(
                    name,
                    cwd=app.cwd,
                    format=values["input_format"],
                    stdin=app.stdin,
                    stdin_is_terminal=app.stdin_is_terminal,
                )
            )
            for name in files
        ]

        def read() -> Iterator[Raw]:
            for file in opened:
                yield from read_rows(file.lines(), file.format, file.name)

        BatchRun(app, run, maker, read, _wishes(values, run)).start()


def _wishes(values: Mapping[str, Any], run: Mapping[str, Any]) -> BatchOptions:
    return BatchOptions(
        flights=values["concurrency"],
        limit=values["limit"],
        max_failures=values["max_failures"],
        shard=None if values["shard"] is None else parse_shard(values["shard"]),
        again=RetryChoice(
            failed=values["retry_failed"], moderated=values["retry_moderated"], unknown=run["resubmit_unknown"]
        ),
        summary=values["summary"],
    )
