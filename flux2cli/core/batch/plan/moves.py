"""Where a planned row's images are moved, and which paths its new images take."""

import os.path
from pathlib import PurePath

from flux2cli.core.batch.claims import RecordedRow
from flux2cli.core.batch.plan.place import fixed_place, paths_by_id, without_suffix
from flux2cli.core.batch.plan.verdict import Verdict
from flux2cli.core.batch.row import Row
from flux2cli.core.images.sniff import extension_of
from flux2cli.core.request.file_names import with_extension

_MOVING = "moving-"
"""What the name of an image begins with while it makes room for another one."""


def moving_path(path: str) -> str:
    """The path of an image while it makes room for another one."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f"{_MOVING}{name}")


def is_moving_path(path: str) -> bool:
    """Whether a path is that of an image that makes room for another one, or may be."""
    return PurePath(path).name.startswith(_MOVING)


def moves_of(row: Row, verdict: Verdict) -> tuple[tuple[str, str], ...]:
    """Pairs of the path where an image is, and the one where it belongs."""
    if verdict.place is None:
        return ()
    pairs = []
    for record in verdict.records:
        place = fixed_place(row, index=record.index) or verdict.place
        if not row.output.explicit:  # the suffix follows the bytes
            place = without_suffix(place) + record.path[len(without_suffix(record.path)) :]
        if place != record.path:
            pairs.append((record.path, place))
    return tuple(pairs)


def places_of(row: Row, verdict: Verdict, known: RecordedRow | None, moved: dict[str, str]) -> tuple[str, ...]:
    """The paths of the images that new ones replace, by index; none where the new ones get names of their own."""
    if verdict.action not in ("send", "restore") or (not verdict.records and verdict.state != "missing"):
        return ()
    paths = {record.index: moved.get(record.path, record.path) for record in verdict.records}
    if known is not None:  # the ledger remembers images whose records are gone
        paths = {**dict(enumerate(path for path, _, _ in known.files)), **paths}
    # One that never had a name gets one now, and so do those behind it.
    known_to = next((index for index in range(row.request.count) if index not in paths), row.request.count)
    return tuple(_placed(row, index, paths[index]) for index in range(known_to))


def first_place(row: Row, moves: tuple[tuple[str, str], ...], places: tuple[str, ...]) -> str | None:
    """The path at which the row's first image will be; None where it depends on the result."""
    if moves:
        return moves[0][1]
    if places:
        return places[0]
    by_id = paths_by_id(row)
    return fixed_place(row) or (_placed(row, 0, by_id[0]) if by_id and row.request.values.get("format") else None)


def _placed(row: Row, index: int, path: str) -> str:
    """The path of an image that was at `path`: where the row places it, with the suffix of the format that it asks for.

    Without a format the suffix stays, since it follows the bytes.
    """
    place = fixed_place(row, index=index)
    if row.output.explicit:
        return place or path
    if place is not None:
        path = without_suffix(place) + path[len(without_suffix(path)) :]
    extension = extension_of(row.request.values.get("format"))
    return path if extension is None else with_extension(path, extension)
