"""The rows of prompt files, which stay open while a batch reads them."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

from flux2cli.app import App
from flux2cli.catalog.model import Values
from flux2cli.core.batch.batch_options import BatchOptions
from flux2cli.core.batch.preflight import Raw
from flux2cli.core.batch.read_rows import read_rows
from flux2cli.core.run_options import RunOptions
from flux2cli.errors import UsageError
from flux2cli.runs.batch import BatchRun
from flux2cli.runs.candidate_builder import CandidateBuilder
from flux2cli.runs.output_place import output_of_many
from flux2cli.runs.row_builder import RowBuilder


@contextmanager
def file_rows(
    app: App, names: Sequence[str], parameters: Values, options: RunOptions, batch: BatchOptions
) -> Iterator[BatchRun]:
    """A batch over prompt files (`-` is stdin), to be run inside the block; `parameters` by name are rows' defaults."""
    from flux2cli.edges.prompt_files import open_prompts

    output, suffix = output_of_many(app, options)
    rules, typed = batch.columns, batch.input_format is not None
    prompt = {} if batch.prompt is None else {"prompt": batch.prompt}
    images = parameters.get("image")
    if [*names, *(images if isinstance(images, list) else [])].count("-") > 1:
        raise UsageError("Stdin can be read only once.", hint="give the other one as a file")
    builder = RowBuilder(
        app=app,
        variant=batch.variant,
        provider=options.provider,
        parameters={**parameters, **prompt},
        output=output,
        suffix=suffix,
        gives_way="output" in options.from_settings,
        label=options.label,
        extra=options.extra,
    )
    open_one = partial(
        open_prompts,
        cwd=app.cwd,
        format=batch.input_format,
        stdin=app.stdin,
        stdin_is_terminal=app.stdin_is_terminal,
        limit=batch.max_input,
    )
    with ExitStack() as stack:
        opened = [stack.enter_context(open_one(name)) for name in names]

        def read() -> Iterator[Raw]:
            for file in opened:
                yield from read_rows(file.lines(), file.format, file.name, rules=rules, typed=typed)

        if batch.candidates is None:
            yield BatchRun(app, options, batch, builder, read)
        else:
            several = CandidateBuilder(builder, batch.candidates, batch.only)
            yield BatchRun(app, options, batch, several, lambda: several.repeated(read()))
