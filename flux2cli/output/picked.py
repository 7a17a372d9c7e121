"""Prints which candidates were picked."""

from pathlib import Path

from flux2cli.app import App
from flux2cli.output.shown_path import shown_path


def show_pick(app: App, file: Path, image: Path, row_id: str, *, json: bool) -> None:
    """Print the path of a row's new image on stdout, and what was picked on stderr."""
    if json:
        app.out_json(
            {"schema": "flux2cli/pick/1", "status": "picked", "id": row_id, "file": str(file), "path": str(image)}
        )
    else:
        app.out_line(shown_path(app, str(image)))
    app.err(f"picked {file.name} for {row_id}")


def show_picked_before(app: App, file: Path, row_id: str) -> None:
    """Say that a candidate is its row's image already."""
    app.err(f"{file.name} is the image of {row_id} already")
