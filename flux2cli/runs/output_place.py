"""The output of a run: where its images go, by `-o` or the settings."""

import os.path

from flux2cli.app import App
from flux2cli.core.request.output_path import Output, parse_output
from flux2cli.core.run_options import RunOptions
from flux2cli.errors import UsageError


def output_of(app: App, options: RunOptions) -> tuple[Output, str | None]:
    """The output, and the image format that its suffix names, or None."""
    return parse_output(
        options.output,
        cwd=str(app.cwd),
        overwrite=options.overwrite,
        is_directory=os.path.isdir,
    )


def output_of_many(app: App, options: RunOptions) -> tuple[Output, str | None]:
    """The output of many requests; UsageError for a single file or stdout."""
    output, suffix = output_of(app, options)
    if output.stdout or output.explicit:
        what = "stdout" if output.stdout else f"`{output.name}`, one file,"
        raise UsageError(
            f"Many images cannot go to {what} at once.", hint="use -o DIR/ or a template such as -o 'out/{id}.{ext}'"
        )
    return output, suffix
