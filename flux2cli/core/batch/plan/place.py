"""Where a row's images are to be: a place that the row itself fixes, or wherever they are."""

import os.path
from pathlib import PurePath

from flux2cli.core.batch.row import Row
from flux2cli.core.request.name_fields import NO_VALUE, planned_path
from flux2cli.core.request.output_path import SUFFIXES, Output
from flux2cli.core.request.templates import DEFAULT_TEMPLATE, fields_of

ID_TEMPLATE = "{id}.{ext}"
"""The names of new images in a directory, of rows that have an id."""

_TELLING = ("id", "prompt", "label")
"""Fields that the row alone decides and that tell rows apart, besides `meta.NAME`. A seed, a time or a job's id comes
with the result, a slug may be followed by a number, and the number of a row changes when one is added above it."""
_CONSTANT = ("variant", "provider", "index", "ext")
"""Fields that may stand beside them."""


def fixed_place(row: Row, *, index: int = 0) -> str | None:
    """The absolute path that the row fixes for an image; None where an image stays wherever it is."""
    output = row.output
    if output.explicit:
        return os.path.join(output.directory, output.name)
    fields = fields_of(output.name)
    own = [name for name in fields if name in _TELLING or name.startswith("meta.")]
    if not own or output.name == ID_TEMPLATE or any(name not in (*own, *_CONSTANT) for name in fields):
        return None
    if row.request.count > 1 and "index" not in fields:  # they are kept apart by numbers
        return None
    path = planned_path(row.request, output, row_id=row.id, label=row.label, meta=row.meta, index=index)
    return None if NO_VALUE in path else path


def paths_by_id(row: Row) -> list[str]:
    """The paths at which the first image of a row may be that is named by its id; none for rows without one."""
    if row.id is None or row.output.name != ID_TEMPLATE:
        return []
    planned = planned_path(row.request, row.output, row_id=row.id)
    return [f"{without_suffix(planned)}{suffix}" for suffix in SUFFIXES]


def is_at(path: str, place: str, output: Output) -> bool:
    """Whether an image is at its place; the suffix follows the bytes, so it counts only for a file that was named."""
    if path == place or output.explicit:
        return path == place
    return without_suffix(path) == without_suffix(place)


def without_suffix(path: str) -> str:
    """The path without the suffix of an image file."""
    stem, dot, suffix = path.rpartition(".")
    return stem if f"{dot}{suffix.lower()}" in SUFFIXES else path


def names_in(directory: str, paths: tuple[str, ...]) -> tuple[str, ...]:
    """The paths relative to the directory, for an output that takes the place of earlier images."""
    return tuple(PurePath(os.path.relpath(path, directory)).as_posix() for path in paths)


def named_by_id(output: Output, row_id: str | None) -> Output:
    """The output of a row: the images of one with an id are named by it, where nothing else names them."""
    if row_id is None or output.explicit or output.name != DEFAULT_TEMPLATE:
        return output
    return Output(directory=output.directory, name=ID_TEMPLATE, overwrite=output.overwrite)
