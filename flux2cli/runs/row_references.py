"""Reads the reference images that rows name, each file once."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from flux2cli.app import App
from flux2cli.core.request.data_uri import is_data_uri
from flux2cli.core.request.reference import Reference, is_stream, is_url
from flux2cli.errors import UsageError
from flux2cli.runs.inputs import read_references

_REMEMBERED = 1024
"""Reference images whose hashes are cached, so that a file that many rows name is read once."""
_PART = re.compile(r"((?:\s*data:[^,]{0,200},)?[^;]*)(?:;|$)", re.IGNORECASE)
"""What stands between `;`; before its comma, in a head of up to 200 characters, a `data:` URI has some of its own."""
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|data:", re.IGNORECASE)


def as_written(references: Sequence[Reference], cells: object) -> Sequence[Reference]:
    """The references with their URLs as they stand in the cells, of which there is one for each; else as they are."""
    if not isinstance(cells, list) or len(cells) != len(references):
        return references
    return [replace(r, url=cell) if r.url else r for r, cell in zip(references, cells, strict=True)]


class RowReferences:
    """The reference images of one batch's rows."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._known: dict[tuple[str, str], Reference] = {}

    def of(self, given: object, provider: str, *, file: str | None) -> list[Reference]:
        """The images of one row; `file` is the prompt file that names them, None if a flag does."""
        found = []
        for image in cast("list[object]", given):
            if not isinstance(image, str):
                raise UsageError(f"`{image}` is neither a path nor an address.", about="image")
            parts = [image] if file is None else self._parts(image)
            if file is not None:
                if any(is_stream(part) for part in parts):
                    raise UsageError("A row cannot read an image from stdin.", hint="give a file", about="image")
                self._check_places(parts, file)
            found += [self._reference(part, provider) for part in parts]
        return found

    def _parts(self, cell: str) -> Sequence[str]:
        """The images that a cell names: itself, or what stands between `;` if that is all files and addresses."""
        parts = [part.strip() for part in _PART.findall(cell) if part.strip()]
        if len(parts) < 2 or self._exists(cell):
            return [cell]
        there = [self._is_there(part) for part in parts]
        several = all(there) or (any(there) and not is_url(cell))  # then the one that is missing is named by itself
        return parts if several else [cell]

    def _check_places(self, images: Sequence[str], file: str) -> None:
        """UsageError for an image that is beside the prompt file, and not where paths begin."""
        folder = str(Path(file).parent)
        for image in images:
            if folder != "." and not self._is_there(image) and self._exists(image, folder):
                raise UsageError(
                    f"The reference image `{image}` does not exist (looked in `{self._app.cwd}`).",
                    hint="paths are relative to the current directory, not to the prompt file: "
                    f"run it in {folder}, or write `{folder}/{image}`",
                    about="image",
                )

    def _is_there(self, image: str) -> bool:
        return _ADDRESS.match(image) is not None or self._exists(image)

    def _exists(self, image: str, folder: str = "") -> bool:
        try:
            return (self._app.cwd / folder / Path(image).expanduser()).exists()
        except (OSError, ValueError, RuntimeError):  # too long, a NUL, a `~name` without a user
            return False

    def _reference(self, image: str, provider: str) -> Reference:
        if is_data_uri(image):  # its bytes are in memory, too many to keep for many rows
            return read_references(self._app, [image], provider)[0]
        known = self._known.get((image, provider))
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.pop(next(iter(self._known)))
            known = self._known[image, provider] = read_references(self._app, [image], provider)[0]
        return known
