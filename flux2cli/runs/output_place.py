"""The output of a run: where its images go, by `-o` or the settings."""

import os.path
from dataclasses import replace

from flux2cli.app import App
from flux2cli.core.images.sniff import extension_of
from flux2cli.core.request.file_names import with_extension
from flux2cli.core.request.output_path import Output, parse_output
from flux2cli.core.run_options import RunOptions
from flux2cli.errors import UsageError


def output_at(app: App, text: str | None, *, overwrite: bool = False) -> tuple[Output, str | None]:
    """The output that a text means in the current directory, and the image format that its suffix names, or None."""
    return parse_output(text, cwd=str(app.cwd), overwrite=overwrite, is_directory=os.path.isdir)


def output_of(app: App, options: RunOptions, *, file_format: object = None) -> tuple[Output, str | None]:
    """The output of a run, and the image format that its suffix names, or None.

    An output of the settings gives way to the format that was asked for: its suffix names none, and follows that one.
    """
    output, suffix = output_at(app, options.output, overwrite=options.overwrite)
    if file_format is None or "output" not in options.from_settings:
        return output, suffix
    ending = extension_of(file_format)
    if output.explicit and ending is not None:
        output = replace(output, name=with_extension(output.name, ending))
    return output, None


def output_of_many(app: App, options: RunOptions) -> tuple[Output, str | None]:
    """The output of many requests; UsageError for a single file or stdout."""
    output, suffix = output_of(app, options)
    if output.stdout or output.explicit:
        raise one_place_only(output, origin=untyped(app, options))
    return output, suffix


def untyped(app: App, options: RunOptions) -> str:
    """The setting that holds the run's output, in brackets behind what a message says of it; empty if it was typed."""
    if "output" not in options.from_settings or options.output is None:
        return ""
    return f" ({app.config.quoted('output')})"


def one_place_only(output: Output, *, origin: str = "") -> UsageError:
    """The error for an output that holds one image, where many are to come. `origin` is as `untyped` has it."""
    what = "stdout" if output.stdout else f"`{output.name}`, one file,"
    return UsageError(
        f"Many images cannot go to {what} at once{origin}.",
        hint="use -o DIR/ or a template such as -o 'out/{id}.{ext}'",
    )


def check_free(path: str, *, hint: str, origin: str = "") -> None:
    """UsageError when a file or its sidecar exists. `origin` is as `untyped` has it."""
    for taken in (path, f"{path}.json"):
        if os.path.lexists(taken):
            raise UsageError(f"`{taken}` exists{origin}.", hint=hint)
