"""Runs one row of a batch: sends it, collects its job, or reports how it ended in an earlier run."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from flux2cli.core.batch.candidate import is_candidate
from flux2cli.core.batch.claims import RowClaim
from flux2cli.core.batch.plan.place import names_in
from flux2cli.core.batch.preflight import PendingRow
from flux2cli.core.batch.resume import Action
from flux2cli.core.batch.row import Row
from flux2cli.core.batch.row_events import RowFinished, RowStarted, RowStatus, row_status
from flux2cli.core.job.job import State
from flux2cli.core.job.result import JobResult, error_of_job
from flux2cli.core.job.spec import JobSpec
from flux2cli.edges import files
from flux2cli.edges.places import prepare_directory
from flux2cli.engine.engine import Engine
from flux2cli.errors import Flux2Error, InternalError, UnknownOutcomeError, UsageError
from flux2cli.wire import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRunner:
    """Runs single rows of a batch. `siblings` are the keys of all its rows.

    `spec` makes the job of a row that is sent, `target` gives a provider's URL and key. `timeout` is seconds for each
    job from its submit, None for no limit.
    """

    engine: Engine
    siblings: Container[str]
    spec: Callable[[Row, RowClaim], JobSpec]
    target: Callable[[str], Target]
    timeout: float | None
    strict: bool
    images: files.ImageCache | None = None
    unmoved: Container[str] = ()
    """Images whose places were taken when they were to move."""
    _checked: set[str] = field(default_factory=set, init=False)
    """Directories in which a file can be made."""

    def run(self, row: Row, pending: PendingRow) -> RowFinished | None:
        """Perform the row's action; returns how the row ended, None when another process works on it.

        Raises the error with which the row's job ended in this run, RowTaken when another process took the row
        first, and Stopped.
        """
        result: JobResult | None
        match pending.action:
            case "await":
                return None
            case "report":
                return self._earlier_end(row, pending)
            case "collect":
                result = self._collect(row, pending)
            case "send":
                result = self._send(row, pending)
            case "restore":
                restored = self._restore(row, pending)
                if restored is not None:
                    return restored
                result = self._send(row, pending)
            case _:
                return _done_here(row, pending, self.unmoved)
        if result is None:
            return None
        return RowFinished(
            job_id=result.job.job_id,
            row=row,
            status="saved" if result.images else "submitted",
            result=result,
            is_settled=not _is_aside(result),
        )

    def failed(self, row: Row, error: Flux2Error) -> RowFinished:
        """The event for a row that failed with this error; its status is `submitted` if its job is still running."""
        state: State = "not-sent"
        if error.job_id is not None:
            try:
                state = self.engine.ledger.get(error.job_id).state
            except InternalError:  # the ledger cannot be read: the error to show is the one that broke it
                state = "unknown"
        status = "unknown" if isinstance(error, UnknownOutcomeError) else row_status(state)
        return RowFinished(job_id=error.job_id, row=row, status="failed" if status == "saved" else status, error=error)

    def _send(self, row: Row, pending: PendingRow) -> JobResult:
        spec = self.spec(row, RowClaim.after(pending.known, self.siblings))
        if pending.places:
            stayed = {target: source for source, target in pending.moves if source in self.unmoved}
            places = tuple(stayed.get(place, place) for place in pending.places)
            names = names_in(spec.output.directory, places)
            spec = replace(spec, output=replace(spec.output, names=names, overwrite=True))
        self._check_directory(row)
        return self.engine.generate(spec, began=lambda job_id: self._report_start(row, job_id))

    def _restore(self, row: Row, pending: PendingRow) -> RowFinished | None:
        """Put the row's images back from the cache; None when they are not there any more."""
        found = self.images.find(row.keys, row.request.count) if self.images is not None else None
        if self.images is None or found is None or len(found) != len(pending.places):
            return None
        paths = []
        for (document, image), place in zip(found, pending.places, strict=True):
            is_safe = self.images.save(Path(place))
            try:
                paths.append(str(files.copy_image(image, document, Path(place), overwrite=is_safe)))
            except (OSError, files.BrokenImageError) as error:
                raise _not_done(place, error) from None
        return RowFinished(job_id=None, row=row, status="restored", paths=tuple(paths), reasons=pending.reasons)

    def _check_directory(self, row: Row) -> None:
        """UsageError when no file can be created in the row's output directory. Checked before anything is paid."""
        directory = row.output.directory
        if directory not in self._checked:
            prepare_directory(Path(directory))
            self._checked.add(directory)

    def _collect(self, row: Row, pending: PendingRow) -> JobResult | None:
        """Collect the job of an earlier run; None when another process works on it, or has saved it meanwhile."""
        job = self.engine.ledger.claim(_known_id(pending))
        if job is None or job.state not in ("submitted", "ready"):
            return None
        self._report_start(row, job.job_id)
        if row.output.overwrite and not job.output.overwrite:
            job = replace(job, output=replace(job.output, overwrite=True))
        return self.engine.collect(job, self.target(job.provider), timeout=self.timeout, strict=self.strict)

    def _earlier_end(self, row: Row, pending: PendingRow) -> RowFinished:
        """The event for a row that an earlier run left, and that is only sent again if the user asks for it."""
        job = self.engine.ledger.get(_known_id(pending))
        if job.state == "saved":  # by another process, since the preflight
            return RowFinished(job_id=None, row=row, status="skipped")
        return RowFinished(job_id=job.job_id, row=row, status=row_status(job.state), error=error_of_job(job))

    def _report_start(self, row: Row, job_id: str) -> None:
        self.engine.listen(RowStarted(job_id=job_id, row=row))


def _done_here(row: Row, pending: PendingRow, unmoved: Container[str]) -> RowFinished:
    """Perform an action that needs no provider."""
    paths, status = pending.images, _STATUS[pending.action]
    match pending.action:
        case "move":  # they were moved before the first row began
            left = [source for source, _ in pending.moves if source in unmoved]
            if left:
                return _kept(row, left, f"the place of {Path(left[0]).name} is taken")
            paths = tuple(target for _, target in pending.moves)
        case "adopt" | "settle":
            change = files.adopt_image if pending.action == "adopt" else files.settle_record
            for path in paths:
                try:
                    change(Path(path))
                except (OSError, files.BrokenImageError) as error:
                    raise _not_done(path, error) from None
    return RowFinished(
        job_id=None, row=row, status=status, paths=paths, reasons=pending.reasons, is_settled=pending.is_settled
    )


def _is_aside(result: JobResult) -> bool:
    """Whether an image was put among the row's candidates, since it is not fit for the row's place."""
    return any(is_candidate(image.path or "", result.job.row_root or "") for image in result.images)


def _kept(row: Row, paths: Sequence[str], reason: str) -> RowFinished:
    return RowFinished(job_id=None, row=row, status="kept", paths=tuple(paths), reasons=(reason,), is_settled=False)


def _not_done(path: str, error: Exception) -> UsageError:
    reason = getattr(error, "strerror", None) or str(error)
    return UsageError(f"`{path}` cannot be replaced or recorded: {reason}.", hint="nothing was sent for its row")


_STATUS: Mapping[Action, RowStatus] = {
    "skip": "skipped", "move": "moved", "adopt": "adopted", "settle": "kept", "keep": "kept",
}  # fmt: skip
"""How a row ends whose action needs no provider."""


def _known_id(pending: PendingRow) -> str:
    if pending.known is None:
        raise TypeError(f"row {pending.number} has no job to {pending.action}")
    return pending.known.job_id
