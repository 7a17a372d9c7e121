"""Paths as a person would type them."""

from flux2cli.app import App
from flux2cli.core.request.file_names import relative_path


def shown_path(app: App, path: str) -> str:
    """A path as a person in this directory would type it."""
    return relative_path(path, str(app.cwd))
