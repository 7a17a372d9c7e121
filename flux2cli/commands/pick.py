"""`flux2 pick FILE...`: make candidates the images of their rows."""

from typing import Annotated

import typer

from flux2cli.app import App
from flux2cli.options.help_screens import Commands
from flux2cli.options.ledger_flags import JsonFlag

app = Commands()


@app.command("pick")
def pick(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Candidates, one for each row.")],
    *,
    json: JsonFlag = False,
) -> None:
    """Make candidates the images of their rows. The images that were there become candidates."""
    from flux2cli.output.picked import show_pick, show_picked_before
    from flux2cli.runs.pick_images import pick_images, picks_of

    host: App = context.obj
    picks = picks_of(host, files)
    for done, path in pick_images(picks):
        show_pick(host, done.file, path, done.row_id, json=json)
    for done in picks:
        if done.is_done:
            show_picked_before(host, done.file, done.row_id)
