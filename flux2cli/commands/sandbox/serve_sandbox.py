"""`flux2 sandbox`: the emulator of the providers, as a server for other clients."""

import threading
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from flux2cli.app import App
from flux2cli.errors import UsageError
from flux2cli.output.fault_list import show_faults
from flux2cli.runs.sandbox import fault_rows, latency_from, parse_faults, parse_latency, sandbox_server


def _dollars(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        raise UsageError(f"`--balance {text}` is no amount of dollars.", hint="for example --balance 1.50") from None


def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help="0 picks a free one.")] = 8787,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            "--fault", metavar="NAME[:N|:P%]", help="Let something go wrong; repeat for more. `list` names all."
        ),
    ] = None,
    latency: Annotated[
        float | None,
        typer.Option(
            "--latency",
            metavar="SECONDS",
            min=0,
            help="How long a job takes.",
            show_default="FLUX2_SANDBOX_LATENCY or 0.5",
        ),
    ] = None,
    balance: Annotated[str | None, typer.Option("--balance", metavar="USD", help="Money that runs down.")] = None,
    *,
    log: Annotated[bool, typer.Option("--log", help="A line on stderr for each request.")] = False,
) -> None:
    """Run the emulator of the providers on a loopback port until Ctrl-C; prints its address."""
    host: App = context.obj
    if context.invoked_subcommand is not None:
        return
    if fault == ["list"]:
        show_faults(host, fault_rows())
        return
    server = sandbox_server(
        host,
        port=port,
        faults=parse_faults(fault or [], "--fault"),
        latency=latency_from(host.environ) if latency is None else parse_latency(str(latency), "--latency"),
        balance=_dollars(balance),
        log=host.terminal.line if log else None,
    )
    try:
        server.start()
    except OSError as error:
        raise UsageError(f"Port {port} cannot be used: {error.strerror}.", hint="--port 0 picks a free one") from None
    try:
        host.out(server.url)
        threading.Event().wait()
    finally:
        server.stop()
