"""`flux2 models [NAME]`: the catalogue's variants, providers, parameters and prices. Sends nothing."""

from typing import Annotated

import typer

from flux2cli.app import App
from flux2cli.core.request import describe
from flux2cli.core.request.messages import suggest
from flux2cli.errors import UsageError
from flux2cli.options.help_screens import Commands
from flux2cli.output.model_list import detail, overview, route_document
from flux2cli.output.text_layout import width_of

app = Commands()


@app.command()
def models(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A variant: all that is known of it.")] = None,
    *,
    json: Annotated[
        bool, typer.Option("--json", help="JSON on stdout; with NAME, a JSON Schema per endpoint.")
    ] = False,
) -> None:
    """Show variants, where they run and what they cost; with a name, its parameters."""
    host: App = context.obj
    known = describe.commands()
    if name is not None and name not in known:
        raise UsageError(f"There is no model `{name}`.", hint=suggest(name, known))
    if json:
        routes = [route for one in ([name] if name else known) for route in describe.routes_for(one)]
        host.out_json([route_document(route, schema=name is not None) for route in routes])
        return
    width = width_of(host)
    for line in overview(width) if name is None else detail(name, width):
        host.out(line)
    if name is None:
        host.err("`flux2 models NAME` shows parameters, ranges and prices")
