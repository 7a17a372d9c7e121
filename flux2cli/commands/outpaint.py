"""`flux2 outpaint IMAGE`: extend an image beyond its edges. The same run as a variant's, without a prompt."""

from typing import Annotated, Any

import typer

from flux2cli.commands.generate import generate
from flux2cli.options import parameter_flags
from flux2cli.options.help_screens import Commands

_VARIANT = "pro"
"""The variant whose model does it."""

_IMAGE: parameter_flags.Option = (
    Annotated[str, typer.Argument(metavar="IMAGE", help="The image: a file, an http(s) address, or `-` for stdin.")],
    ...,
)


def command(name: str) -> Any:
    """The Typer command."""
    app = Commands()
    flags = {n: option for n, option in parameter_flags.parameter_options(name).items() if n != "image"}
    run_flags = {n: option for n, option in parameter_flags.run_options(name).items() if n != "prompt_file"}
    shape = parameter_flags.signature({**flags, **run_flags}, argument=_IMAGE, name="image")

    def run(context: typer.Context, image: str, **values: Any) -> None:
        generate(context.obj, _VARIANT, {**values, "image": [image]}, mode="outpaint")

    run.__signature__ = shape  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in shape.parameters.values()}
    app.command(name, help="Extend an image beyond its edges.")(run)
    return typer.main.get_command(app)
