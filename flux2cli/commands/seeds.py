"""`--seeds` on a variant command: a batch of one request per seed, which differ in nothing else."""

from collections.abc import Iterator, Mapping
from typing import Any

from flux2cli.app import App
from flux2cli.commands import options
from flux2cli.commands.batching import Batching, Wishes
from flux2cli.commands.flags import extra_of, output_of_many, provider_of
from flux2cli.commands.rows import RowMaker
from flux2cli.commands.sources import check_stdin, read_prompt
from flux2cli.core.batch.deciding import Again
from flux2cli.core.batch.identity import Keys
from flux2cli.core.batch.row import RawRow
from flux2cli.core.batch.seeds import parse_seeds
from flux2cli.errors import UsageError


def generate_seeds(app: App, variant: str, values: Mapping[str, Any]) -> None:
    """One request per seed. Whoever types the line again wants what failed, too; unknown rows stay unknown."""
    given = options.sort_out(values)
    run = given.run
    options.set_manners(app, run)
    seeds = parse_seeds(values["seeds"])
    if "seed" in given.parameters:
        raise UsageError("`--seed` and `--seeds` do not go together.", hint="give one of them")
    output, suffix = output_of_many(app, run)
    parameters = dict(given.parameters)
    check_stdin(values["prompt"], run["prompt_file"], list(parameters.get("image", ())))  # type: ignore[call-overload]
    maker = RowMaker(
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
    maker.make(rows[0], 1, Keys())  # what is wrong with one is wrong with all: said once, in the words of the flags

    def read() -> Iterator[RawRow]:
        return iter(rows)

    wishes = Wishes(
        flights=values["concurrency"],
        again=Again(failed=True, moderated=True, unknown=run["resubmit_unknown"]),
    )
    Batching(app, run, maker, read, wishes).start()
