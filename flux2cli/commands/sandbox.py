"""`flux2 sandbox`: the emulator of the providers, as a server for other clients."""

import threading
from typing import Annotated, Any

import typer

from flux2cli.app import App
from flux2cli.errors import UsageError

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def command(_name: str) -> Any:
    """The Typer command."""
    return typer.main.get_command(app)


@app.command()
def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help="0 picks a free one.")] = 8787,
) -> None:
    """Run the emulator of the providers on a loopback port until Ctrl-C."""
    host: App = context.obj
    from flux2cli.sandbox.server import Sandbox

    server = Sandbox(state=host.state(sandbox=True), port=port)
    try:
        server.start()
    except OSError as error:
        raise UsageError(f"Port {port} cannot be used: {error.strerror}.", hint="--port 0 picks a free one") from None
    try:
        host.out(server.url)
        threading.Event().wait()
    finally:
        server.stop()
