"""Gathers what a plan needs to know of each row, from records, image files and the ledger, and has it judged."""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from flux2cli.app import App
from flux2cli.core.batch.candidate import is_candidate
from flux2cli.core.batch.claims import RecordedRow
from flux2cli.core.batch.plan.changes import changed_fields
from flux2cli.core.batch.plan.judge import Choices, Match, Occupant, RowFacts, judge
from flux2cli.core.batch.plan.moves import is_moving_path, moves_of, places_of
from flux2cli.core.batch.plan.place import fixed_place, is_at, paths_by_id
from flux2cli.core.batch.plan.record import ImageRecord, likeness_of
from flux2cli.core.batch.plan.record_index import RecordIndex, Records
from flux2cli.core.batch.plan.verdict import ImageState, Verdict
from flux2cli.core.batch.preflight import Planned
from flux2cli.core.batch.row import STDIN_SOURCE, Row
from flux2cli.core.job.given import given_document
from flux2cli.core.request.file_names import relative_path
from flux2cli.edges import files
from flux2cli.edges.ledger import Ledger
from flux2cli.errors import UsageError
from flux2cli.providers import registry

_CACHED = ("missing", "changed", "placed elsewhere")
"""States of rows whose images may be in the cache; a new row pays for its own."""


class RowPlanner:
    """Plans the rows of one run below an output root. `ledger` is None where there is none, or where it does not count.

    `hashed` compares the contents of images with their records, not only their lengths. Placeholders of the sandbox
    count in sandbox runs, and for a provider whose base URL is replaced. `images` is the image cache.
    """

    def __init__(
        self,
        app: App,
        ledger: Ledger | None,
        root: str,
        choices: Choices,
        *,
        images: files.ImageCache | None = None,
        sandbox: bool,
        hashed: bool = False,
    ) -> None:
        self._cache = images
        self._ledger = ledger
        self._root = root
        self._cwd = str(app.cwd)
        self._choices = choices
        self._hashed = hashed
        self._sandbox = sandbox
        replaced = (name for name in registry.names() if app.config.get(f"{name}.url").value is not None)
        self._accepts_sandbox = frozenset(registry.names() if sandbox else replaced)
        self._images: dict[str, ImageState] = {}
        self._found: dict[str, tuple[Records, Match | None]] = {}
        self._unread: list[ImageRecord] = []

    @cached_property
    def _index(self) -> RecordIndex:
        """Read at the first row: a run of rows that are all wrong needs no folder."""
        return RecordIndex(files.records(Path(self._root)))

    @cached_property
    def _open(self) -> frozenset[str]:
        """The keys of rows with a job that is not settled. Of a row whose images are there nothing else is asked."""
        return frozenset(self._ledger.open_rows(self._root) if self._ledger is not None else ())

    def plan(self, row: Row, last: bool) -> Planned | None:  # noqa: FBT001 - `preflight` calls it
        """The row's verdict and the ledger's job for it.

        None for a row that is planned again, as one of the `last`, when all rows are known: another row's image may be
        in its place, or images are hashed, which goes faster for all at once.
        """
        place = fixed_place(row)
        if place is not None and self._index.at(place) is None and (behind := files.record_at(place)) is not None:
            self._index.add(behind)  # a link to a directory is not followed when the folder is read
        records, match = self._found.pop(row.key) if last else self._records(row, place)
        if not last and self._hashed:
            self._unread += records
            self._later(row, records, match)
            return None
        self._read_all()
        occupant = None if place is None else self._occupant(row, records, place)
        if occupant == "other row" and not last:
            self._later(row, records, match)
            return None
        if occupant == "other row" and place is not None:
            found = self._index.at(place)
            if found is not None and self._index.is_claimed(found):
                # A file of its own is left by the image that is there; names from a template may be alike.
                place, occupant = place if row.output.explicit else None, None
            elif found is not None and row.output.explicit and not records and found.source == row.source:
                records, match, occupant = (found,), "id", None
        self._index.claim(records, row.keys)
        if place is not None and records and is_at(records[0].path, place, row.output):
            place = records[0].path
        return self._judged(row, records, match, place=place, occupant=occupant)

    def _judged(
        self, row: Row, records: Records, match: Match | None, *, place: str | None, occupant: Occupant | None
    ) -> Planned:
        images = tuple(self._image(record) for record in records)
        job = None if self._is_done(row, records, match, images) else self._job(row)
        aside = [] if job is None else [file for file in job.files if self._is_aside(file[0])]
        if job is not None and aside:
            job = replace(job, files=tuple(file for file in job.files if file not in aside))
        broken = self._broken(row, records, job)
        if broken is not None:
            occupant = occupant if occupant in ("conflict", "unreadable") else broken.problem
            if self._choices.remake and not records:
                is_placeholder = broken.sandbox or (job is not None and job.sandbox)
                records, match, images = (replace(broken, sandbox=is_placeholder),), "id", ("other",)
        facts = self._facts(row, records, match, images, job, place=place, occupant=occupant)
        if aside:
            facts = replace(facts, aside=relative_path(aside[0][0], self._cwd))
        verdict = judge(facts, self._choices)
        if verdict.action == "send" and "recorded" in images and not self._hashed:
            # What is replaced is compared by its contents first: an edit may have left the length as it was.
            exact = tuple(files.image_at(record, hashed=True) for record in records)
            verdict = judge(replace(facts, images=exact), self._choices)
        verdict = self._from_cache(row, verdict, job)
        for path in (*places_of(row, verdict, job, {}), *(target for _, target in moves_of(row, verdict))):
            if Path(path).is_dir():
                raise UsageError(
                    f"`{relative_path(path, self._cwd)}` is a directory, and in the place of an image.",
                    hint="move it away",
                )
        return verdict, job

    def _is_aside(self, path: str) -> bool:
        """Whether an image was put among the row's candidates, and is there."""
        return is_candidate(path, self._root) and Path(path).is_file()

    def _later(self, row: Row, records: Records, match: Match | None) -> None:
        """Note what belongs to a row that is planned again."""
        self._index.claim(records)
        self._found[row.key] = (records, match)

    def _from_cache(self, row: Row, verdict: Verdict, job: RecordedRow | None) -> Verdict:
        """The verdict, with the images from the cache where it has them: what was paid for is not paid for again."""
        if self._cache is None or verdict.action != "send" or self._choices.remake or verdict.state not in _CACHED:
            return verdict
        if not places_of(row, verdict, job, {}) or self._cache.find(row.keys, row.request.count) is None:
            return verdict
        return replace(verdict, action="restore")

    def _read_all(self) -> None:
        """Compare the images with their hashes that no row has asked for yet, with all cores."""
        unread, self._unread = self._unread, []
        if unread:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                states = pool.map(lambda record: files.image_at(record, hashed=True), unread)
                self._images.update(zip((record.path for record in unread), states, strict=True))

    def orphans(self, sources: Iterable[str]) -> Iterator[ImageRecord]:
        """The records of rows that these prompt files had, and have no more, with their images."""
        for record in self._index.left([source for source in sources if source != STDIN_SOURCE]):
            is_of_this_run = record.sandbox if self._sandbox else self._counts(record)
            if is_of_this_run and self._image(record) != "none":
                yield record

    def _counts(self, record: ImageRecord) -> bool:
        """Whether an image is as good as one of its provider."""
        return not record.sandbox or record.route[0] in self._accepts_sandbox

    def _is_done(self, row: Row, records: Records, match: Match | None, images: Sequence[ImageState]) -> bool:
        """Whether the records alone say that the row is done, and a run leaves it: then its old jobs do not matter.

        A job that is sent needs the one before it: the ledger lets no two processes take its place.
        """
        if self._choices.remake or match in (None, "id") or len(records) < row.request.count:
            return False
        is_there = all(state in ("recorded", "pointer") for state in images)
        is_real = self._accepts(row) or not records[0].sandbox
        return is_there and is_real and self._open.isdisjoint(row.keys)

    def _accepts(self, row: Row) -> bool:
        """Whether placeholders of the sandbox count for the row."""
        return row.request.route.provider in self._accepts_sandbox

    def _facts(
        self,
        row: Row,
        records: Records,
        match: Match | None,
        images: tuple[ImageState, ...],
        job: RecordedRow | None,
        *,
        place: str | None,
        occupant: Occupant | None,
    ) -> RowFacts:
        changes: tuple[str, ...] = ()
        if match == "id":
            changes = changed_fields(records[0], row.request, given_document(row.request))
        if job is not None and job.sandbox and not self._accepts(row):
            job = None
        alive = job is not None and job.owner is not None and self._ledger is not None
        return RowFacts(
            records=records,
            match=match,
            images=images,
            count=row.request.count,
            changes=changes,
            place=place,
            occupant=occupant,
            job=job,
            alive=alive and self._ledger.owner_alive(job.owner),  # type: ignore[union-attr,arg-type]
            in_sandbox=self._sandbox,
            is_guarded=self._sandbox and self._is_real(place),
            cwd=self._cwd,
            settles=_settles(records),
            counts_sandbox=self._accepts(row),
        )

    def _job(self, row: Row) -> RecordedRow | None:
        """The ledger's job for the row, also one of the sandbox: a new job takes its place."""
        if self._ledger is None:
            return None
        found = (self._ledger.recorded_row(self._root, key) for key in row.keys)
        return next((job for job in found if job is not None), None)

    def _records(self, row: Row, place: str | None) -> tuple[Records, Match | None]:
        """The records of the row's images, and how they belong to it."""
        found = self._index.of_keys(row.keys)
        if found:
            return self._best(found, place), "key"
        found = [group for group in self._index.of_request(row.request.keys) if not self._index.is_claimed(group[0])]
        if found:
            return self._best(found[:1], place), "request"
        found = [group for group in self._index.of_id(row.source, row.id) if not self._index.is_claimed(group[0])]
        if not found:
            return (), None
        like = likeness_of(row.request, given_document(row.request))
        same = [group for group in found if group[0].likeness == like]
        return (self._best(same, place), "like") if same else (self._best(found, place), "id")

    def _best(self, found: list[Records], place: str | None) -> Records:
        """Of several jobs' images, those of the newest that are all there; else the newest.

        Of two records of one image, as a copy and a killed move leave them, the one at its place, else the one that has
        the image.
        """
        if len(found) == 1:
            return self._distinct(found[0], place)
        groups = [self._distinct(group, place) for group in found]
        whole = [group for group in groups if all(self._is_there(record) for record in group)]
        return (whole or groups)[0]

    def _distinct(self, records: Records, place: str | None) -> Records:
        if len(records) == 1:
            return records
        by_index: dict[int, ImageRecord] = {}
        for record in records:
            other = by_index.get(record.index)
            if other is None or self._rank(record, place) > self._rank(other, place):
                by_index[record.index] = record
        return tuple(by_index[index] for index in sorted(by_index))

    def _rank(self, record: ImageRecord, place: str | None) -> tuple[bool, bool, bool]:
        return self._is_there(record), record.path == place, not is_moving_path(record.path)

    def _is_there(self, record: ImageRecord) -> bool:
        return self._image(record) in ("recorded", "pointer")

    def _image(self, record: ImageRecord) -> ImageState:
        """What is at the record's path; each is looked at once."""
        state = self._images.get(record.path)
        if state is None:
            state = self._images[record.path] = files.image_at(record, hashed=self._hashed)
        return state

    def _occupant(self, row: Row, records: Records, place: str) -> Occupant | None:
        found = self._index.at(place)
        if found is None:
            return "file" if os.path.lexists(place) and not self._is_own_remainder(row, place) else None
        if found.problem is not None:
            return found.problem
        return None if found in records or self._image(found) == "none" else "other row"

    def _is_real(self, place: str | None) -> bool:
        """Whether a place has an image with a record that the sandbox did not draw."""
        found = self._index.at(place) if place is not None else None
        return found is not None and found.problem is None and not found.sandbox

    def _broken(self, row: Row, records: Records, job: RecordedRow | None) -> ImageRecord | None:
        """A sidecar of this row that cannot be read: by what it still says, by the ledger, or by the row's id.

        An image whose sidecar is gone or is none reads as one.
        """
        paths = [record.path for record in records]
        if not records:
            paths += [path for path, _, _ in job.files] if job is not None else []
            paths += paths_by_id(row)
        if job is not None and len(job.files) > len(records):
            paths += [path for path, _, _ in job.files]
        for path in paths:
            found = self._index.at(path)
            if found is not None and found.problem is not None:
                return found
            if found is None and Path(path).is_file():
                return ImageRecord(path=path, problem="unreadable")
        return None

    def _is_own_remainder(self, row: Row, place: str) -> bool:
        """Whether the ledger lists this file as the row's: its sidecar alone is gone."""
        job = self._job(row)
        return job is not None and any(path == place for path, _, _ in job.files)


def _settles(records: Records) -> bool:
    """Whether each merged sidecar has a side that describes the image."""
    merged = [record for record in records if record.problem == "conflict"]
    return bool(merged) and all(files.settled_side(Path(record.path)) is not None for record in merged)
