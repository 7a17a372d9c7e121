"""`flux2 outpaint IMAGE`: extend an image beyond its edges. Runs like a variant's command, without a prompt."""

from typing import Annotated, Any

import typer

from flux2cli.app import App
from flux2cli.commands.generate import run_ask
from flux2cli.core.run_options import DisplayOptions, RunOptions
from flux2cli.options.derived_command import derived_command, run_flags
from flux2cli.options.parameter_flags import given_parameters, parameter_flags
from flux2cli.options.run_flags import Flag, apply_display, read_options

_VARIANT = "pro"
"""The variant whose model extends images."""

_IMAGE: Flag = (
    Annotated[str, typer.Argument(metavar="IMAGE", help="The image: a file, an http(s) address, or `-` for stdin.")],
    ...,
)


def command(name: str) -> Any:
    """The Typer command."""
    flags = {n: flag for n, flag in parameter_flags(name).items() if n != "image"}

    def run(app: App, values: dict[str, Any]) -> None:
        from flux2cli.runs.submission import Ask

        options = read_options(RunOptions, values, app.config)
        apply_display(app, read_options(DisplayOptions, values, app.config))
        image = values.pop("image")
        ask = Ask(variant=_VARIANT, mode="outpaint", images=(image,), parameters=given_parameters(values))
        run_ask(app, ask, options)

    return derived_command(
        name, run, summary="Extend an image beyond its edges.", argument=("image", _IMAGE),
        flags={**flags, **run_flags(name)},
    )  # fmt: skip
