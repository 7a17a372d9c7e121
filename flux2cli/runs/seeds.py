"""`--seeds` on a variant command: a batch of one request per seed, which differ in nothing else."""

from collections.abc import Iterator, Mapping
from typing import Any

from flux2cli.app import App
from flux2cli.core.batch.resume import RetryChoice
from flux2cli.core.batch.row import RawRow
from flux2cli.core.batch.row_keys import RowKeys
from flux2cli.core.batch.seed_list import parse_seeds
from flux2cli.errors import UsageError
from flux2cli.options import parameter_flags
from flux2cli.options.run_values import extra_of, output_of_many, provider_of
from flux2cli.runs.batch import BatchOptions, BatchRun
from flux2cli.runs.inputs import check_stdin, read_prompt
from flux2cli.runs.row_builder import RowBuilder


def generate_seeds(app: App, variant: str, values: Mapping[str, Any]) -> None:
    """One request per seed. Whoever types the line again wants what failed, too; unknown rows stay unknown."""
    given = parameter_flags.split_given(values)
    run = given.run
    parameter_flags.apply_verbosity(app, run)
    seeds = parse_seeds(values["seeds"])
    if "seed" in given.parameters:
        raise UsageError("`--seed` and `--seeds` do not go together.", hint="give one of them")
    output, suffix = output_of_many(app, run)
    parameters = dict(given.parameters)
    check_stdin(values["prompt"], run["prompt_file"], list(parameters.get("image", ())))  # type: ignore[call-overload]
    maker = RowBuilder(
        app=app,
        variant=variant,
        provider=provider_of(app, run["provider"]),
        parameters={**parameters, "prompt": read_prompt(app, values["prompt"], run["prompt_file"])},
        output=output,
        suffix=suffix,
        label=run["label"],
        extra=extra_of(run["param"]),
    )
    rows = [RawRow(file="--seeds", line=n, values={"seed": seed}) for n, seed in enumerate(seeds, start=1)]
    maker.make(rows[0], 1, RowKeys())  # what is wrong with one is wrong with all: said once, in the words of the flags

    def read() -> Iterator[RawRow]:
        return iter(rows)

    wishes = BatchOptions(
        flights=values["concurrency"],
        again=RetryChoice(failed=True, moderated=True, unknown=run["resubmit_unknown"]),
    )
    BatchRun(app, run, maker, read, wishes).start()
