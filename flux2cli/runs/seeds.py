"""`--seeds` on a variant command: a batch of requests that differ only in their seeds."""

from collections.abc import Iterator

from flux2cli.app import App
from flux2cli.core.batch.batch_options import BatchOptions
from flux2cli.core.batch.row import RawRow
from flux2cli.core.batch.row_keys import RowKeys
from flux2cli.core.batch.seed_list import parse_seeds
from flux2cli.core.run_options import RunOptions, SeedOptions
from flux2cli.errors import UsageError
from flux2cli.runs.batch import BatchRun
from flux2cli.runs.inputs import check_stdin, read_prompt
from flux2cli.runs.output_place import output_of_many
from flux2cli.runs.row_builder import RowBuilder
from flux2cli.runs.submission import Ask


def seed_rows(app: App, ask: Ask, options: RunOptions, chosen: SeedOptions) -> BatchRun:
    """One row per seed. Running the same command again also retries failed rows, but not unknown ones."""
    seeds = parse_seeds(chosen.seeds or "")
    if "seed" in ask.parameters:
        raise UsageError("`--seed` and `--seeds` do not go together.", hint="give one of them")
    output, suffix = output_of_many(app, options)
    check_stdin(ask.prompt, ask.prompt_file, list(ask.images))
    images = {"image": list(ask.images)} if ask.images else {}
    builder = RowBuilder(
        app=app,
        variant=ask.variant,
        provider=options.provider,
        parameters={**ask.parameters, **images, "prompt": read_prompt(app, ask.prompt, ask.prompt_file, ask.variant)},
        output=output,
        suffix=suffix,
        gives_way="output" in options.from_settings,
        label=options.label,
        extra=options.extra,
        reads_files=False,
    )
    rows = [RawRow(file="--seeds", line=n, values={"seed": seed}) for n, seed in enumerate(seeds, start=1)]
    builder.make(rows[0], 1, RowKeys())  # an error of one row is an error of all: report it once, worded for flags

    def read() -> Iterator[RawRow]:
        return iter(rows)

    batch = BatchOptions(concurrency=chosen.concurrency, retry_failed=True, retry_moderated=True)
    return BatchRun(app, options, batch, builder, read, fewer="give fewer seeds")
