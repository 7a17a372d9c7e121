"""The records below an output root, by what identifies them."""

from collections.abc import Iterable, Iterator, Sequence

from flux2cli.core.batch.plan.record import ImageRecord

Records = tuple[ImageRecord, ...]
"""The records of one job's images, in the order of the images."""


class RecordIndex:
    """All records of a root. A record is claimed by the row that it belongs to; the others may be orphans."""

    def __init__(self, records: Iterable[ImageRecord]) -> None:
        self._at: dict[str, ImageRecord] = {}
        self._by_key: dict[str, list[ImageRecord]] = {}
        self._by_id: dict[tuple[str | None, str], list[ImageRecord]] = {}
        self._by_request: dict[str, list[ImageRecord]] = {}
        self._claimed: set[str] = set()
        self._keys: set[str] = set()
        for record in records:
            self._add(record)

    def _add(self, record: ImageRecord) -> None:
        self._at[record.path] = record
        if record.key is None and record.problem:
            return
        if record.key is None:
            self._by_request.setdefault(record.request_key, []).append(record)
            return
        self._by_key.setdefault(record.key, []).append(record)
        if record.id is not None:
            self._by_id.setdefault((record.source, record.id), []).append(record)

    def add(self, record: ImageRecord) -> None:
        """Add a record that was found later, such as one behind a link to a directory."""
        if record.path not in self._at:
            self._add(record)

    def at(self, path: str) -> ImageRecord | None:
        """The record of the image at a path."""
        return self._at.get(path)

    def of_keys(self, keys: Sequence[str]) -> list[Records]:
        """The records of a row by its row keys: one group for each job."""
        return _jobs([record for key in keys for record in self._by_key.get(key, ())])

    def of_id(self, source: str | None, row_id: str | None) -> list[Records]:
        """The records of the row with this id, from the same prompt file or from one that they do not name."""
        if row_id is None:
            return []
        sources = dict.fromkeys((source, None))
        return _jobs([record for known in sources for record in self._by_id.get((known, row_id), ())])

    def of_request(self, request_keys: Sequence[str]) -> list[Records]:
        """The records of images that belong to no row and were made by the same request."""
        return _jobs([record for key in request_keys for record in self._by_request.get(key, ())])

    def claim(self, records: Records, keys: Sequence[str] = ()) -> None:
        """Count the records as those of a row with these keys."""
        self._keys.update(keys)
        self._claimed.update(record.path for record in records)

    def is_claimed(self, record: ImageRecord) -> bool:
        """Whether a row has the record."""
        return record.path in self._claimed

    def left(self, sources: Sequence[str]) -> Iterator[ImageRecord]:
        """The records of rows from these prompt files that no row has, in the order of their paths.

        A further image of a row's own request, such as a copy, is no other row's.
        """
        wanted = set(sources)
        for path in sorted(self._at):
            record = self._at[path]
            is_of_these = record.key is not None and record.source in wanted
            if is_of_these and record.key not in self._keys and not self.is_claimed(record):
                yield record


def _jobs(records: Sequence[ImageRecord]) -> list[Records]:
    """The records by job, those of the newest job first."""
    jobs: dict[tuple[str, str], list[ImageRecord]] = {}
    for record in records:
        jobs.setdefault((record.created_at, record.job_id), []).append(record)
    return [tuple(sorted(jobs[job], key=lambda record: record.index)) for job in sorted(jobs, reverse=True)]
