"""Makes candidates the images of their rows; what was there becomes a candidate."""

import os.path
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flux2cli.app import App
from flux2cli.core.batch.candidate import FOLDER
from flux2cli.core.batch.plan.place import without_suffix
from flux2cli.core.batch.plan.record import ImageRecord
from flux2cli.core.request.output_path import SUFFIXES
from flux2cli.edges import files
from flux2cli.errors import MismatchError, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A candidate's file, its sidecar's document, and the path of its row's image. `is_done`: it is there already."""

    file: Path
    document: files.Sidecar
    target: Path
    is_done: bool = False

    @property
    def row_id(self) -> str:
        """The id of the row."""
        return str(self.document["candidate"]["id"])


def picks_of(app: App, names: Sequence[str]) -> list[Pick]:
    """What to pick, looked at before anything is changed.

    UsageError for a file that is no candidate, for two of one row, and for a place that has a file of another origin;
    MismatchError for one that was changed since it was made.
    """
    found: dict[str, Pick] = {}
    for name in names:
        pick = _pick(app.cwd / Path(name).expanduser(), name)
        first = found.setdefault(str(pick.document["candidate"]["key"]), pick)
        if first is not pick and first.file != pick.file:
            raise UsageError(
                f"`{first.file.name}` and `{pick.file.name}` are candidates of one row, `{pick.row_id}`.",
                hint="pick one of them",
            )
    return list(found.values())


def pick_images(picks: Sequence[Pick]) -> Iterator[tuple[Pick, Path]]:
    """Copy each candidate to the place of its row, with the row's record; yields it with the path of the image."""
    for pick in picks:
        if pick.is_done:
            continue
        for before in _images_at(pick.target, pick.row_id):
            _keep_aside(Path(before.path), before.sha256, pick)
            if before.path != str(pick.target):
                files.remove_image(Path(before.path))
        yield pick, files.copy_image(pick.file, _as_row(pick), pick.target, overwrite=True)


def _keep_aside(image: Path, sha256: str, pick: Pick) -> None:
    """Copy the row's image among its candidates, unless it is there."""
    folder = pick.file.parent
    document = files.sidecar_at(image)
    if document is None or any(record.sha256 == sha256 for record in files.records(folder)):
        return
    files.copy_image(image, {**document, "candidate": pick.document["candidate"]}, folder / image.name, overwrite=False)


def _pick(path: Path, name: str) -> Pick:
    if not os.path.lexists(path):
        raise UsageError(f"There is no `{name}`.", hint="candidates lie in .candidates/ID/ below the output")
    document = files.sidecar_at(path)
    record = files.record_at(str(path))
    candidate = document.get("candidate") if document is not None else None
    if document is None or record is None or not isinstance(candidate, dict) or FOLDER not in path.parts:
        raise UsageError(
            f"`{path.name}` is no candidate.", hint="`flux2 batch FILE --only ID --candidates 4` makes some of a row"
        )
    if files.image_at(record, hashed=True) != "recorded":
        raise MismatchError(
            f"`{path.name}` is not the image that its record describes.", hint="it was changed, or is gone"
        )
    root = Path(*path.parts[: len(path.parts) - 1 - path.parts[::-1].index(FOLDER)])
    target = root / f"{without_suffix(str(candidate['place']))}{path.suffix}"
    there = files.record_at(str(target))
    is_done = there is not None and (there.key, there.sha256) == (candidate["key"], record.sha256)
    if not is_done and os.path.lexists(target):
        _check(target, there, str(candidate["id"]))
    return Pick(file=path, document=document, target=target, is_done=is_done)


def _check(target: Path, there: ImageRecord | None, row_id: str) -> None:
    """UsageError for an image that must not be replaced: it would be lost."""
    if there is None or there.id != row_id:
        raise UsageError(f"`{target}` exists, and is not the image of row `{row_id}`.", hint="move it away first")
    if files.image_at(there, hashed=True) == "other":
        raise UsageError(
            f"`{target}` was edited since it was made.", hint="`flux2 batch FILE --adopt` records it as it is"
        )


def _images_at(target: Path, row_id: str) -> list[ImageRecord]:
    """The images of the row at its place, with any suffix."""
    paths = [f"{without_suffix(str(target))}{suffix}" for suffix in SUFFIXES]
    found = [files.record_at(path) for path in paths]
    return [record for record in found if record is not None and record.id == row_id and _is_whole(record)]


def _is_whole(record: ImageRecord) -> bool:
    return files.image_at(record, hashed=True) == "recorded"


def _as_row(pick: Pick) -> files.Sidecar:
    """The candidate's record as that of the row's image."""
    candidate = pick.document["candidate"]
    row = {"id": candidate["id"], "key": candidate["key"], "source": (pick.document["row"] or {}).get("source")}
    rest = {name: value for name, value in pick.document.items() if name != "candidate"}
    return {**rest, "row": row, "picked": pick.file.name}
