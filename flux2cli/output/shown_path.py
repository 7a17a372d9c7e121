"""Paths as the user would type them."""

from flux2cli.app import App
from flux2cli.core.request.file_names import relative_path


def shown_path(app: App, path: str) -> str:
    """The path relative to the current directory if it is below it, else absolute.

    One that begins with `::`, which a CI runner would obey, has `./` before it.
    """
    relative = relative_path(path, str(app.cwd))
    return f"./{relative}" if relative.lstrip().startswith("::") else relative
