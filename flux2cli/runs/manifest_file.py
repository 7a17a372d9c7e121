"""Writes a manifest: every row of a batch with its images, also those that were done before the run."""

import csv
import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flux2cli.app import App
from flux2cli.core.batch.plan.verdict import Verdict
from flux2cli.core.batch.row import Row
from flux2cli.core.batch.row_events import RowFinished
from flux2cli.core.request.file_names import relative_path
from flux2cli.edges import files
from flux2cli.errors import InternalError, UsageError
from flux2cli.wire import JsonValue

_COLUMNS = ("row", "id", "state", "file", "sha256", "seed", "cost", "provider", "request_id", "error")

Line = dict[str, JsonValue]
"""One line: a value for each column; a row of several images has several lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """How a row stands, and the paths of its images."""

    id: str | None
    state: str
    paths: tuple[str, ...] = ()
    error: str | None = None


class ManifestFile:
    """The manifest at a path that ends in `.csv` or `.jsonl`. Rows are added in any order, the last word counts.

    UsageError for a place where no file can be made.
    """

    def __init__(self, app: App, path: Path) -> None:
        self._app = app
        self._path = app.cwd / path.expanduser()
        if not os.access(self._path.parent, os.W_OK) or self._path.is_dir():
            raise UsageError(
                f"The manifest `{path}` cannot be written.", hint="name a file in a folder that is there and yours"
            )
        self._rows: dict[int, _Entry] = {}

    def plan(self, row: Row, verdict: Verdict) -> None:
        """Add a row as the plan has it."""
        paths = tuple(record.path for record in verdict.records)
        self._rows[row.number] = _Entry(id=row.id, state=verdict.state, paths=paths)

    def add(self, ended: RowFinished) -> None:
        """Add a row as it ended."""
        if ended.status == "skipped":
            return
        paths = ended.paths
        if ended.result is not None:
            paths = tuple(image.path for image in ended.result.images if image.path)
        error = None if ended.error is None else ended.error.message
        self._rows[ended.row.number] = _Entry(id=ended.row.id, state=ended.status, paths=paths, error=error)

    def write(self) -> None:
        """Write the file as a whole. InternalError when it cannot be written."""
        text = _as_csv(self._lines()) if self._path.suffix == ".csv" else _as_jsonl(self._lines())
        part = self._path.with_name(f".{self._path.name}.part")
        try:
            part.write_text(text, "utf-8")
            part.replace(self._path)
        except OSError as error:
            raise InternalError(
                f"The manifest `{self._path}` cannot be written: {error.strerror}.", hint="the images are saved"
            ) from None

    def _lines(self) -> Iterator[Line]:
        for number in sorted(self._rows):
            entry = self._rows[number]
            for path in entry.paths or (None,):
                yield self._line(number, entry, path)

    def _line(self, number: int, entry: _Entry, path: str | None) -> Line:
        found = (files.sidecar_at(Path(path)) if path is not None else None) or {}
        return {
            "row": number,
            "id": entry.id,
            "state": entry.state,
            "file": None if path is None else relative_path(path, str(self._app.cwd)),
            "sha256": (found.get("image") or {}).get("sha256"),
            "seed": found.get("seed"),
            "cost": (found.get("cost") or {}).get("amount"),
            "provider": found.get("provider"),
            "request_id": found.get("request_id"),
            "error": entry.error,
        }


def _as_csv(lines: Iterator[Line]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def _as_jsonl(lines: Iterator[Line]) -> str:
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
