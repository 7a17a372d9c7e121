"""Runs the rows of a batch side by side, shares them with other processes, and stops when going on would be wrong."""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from flux2cli.core.batch.claims import RecordedRow, RowClaim, RowTaken
from flux2cli.core.batch.resume import Action, RetryChoice, decide
from flux2cli.core.batch.row import Row
from flux2cli.core.batch.row_events import RowFinished, RowStarted, RowStatus
from flux2cli.core.job.job import Job
from flux2cli.core.job.result import JobResult, error_of_job
from flux2cli.core.job.spec import JobSpec
from flux2cli.edges import files
from flux2cli.engine.engine import Engine
from flux2cli.engine.resources import Stopped
from flux2cli.errors import Flux2Error, InternalError, PartialError
from flux2cli.providers import registry
from flux2cli.wire import Target

_ENDS: dict[str, RowStatus] = {
    "unknown": "unknown",
    "submitting": "unknown",
    "submitted": "submitted",
    "ready": "submitted",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A row and what to do with it; `known` is the job that counts for it."""

    row: Row
    action: Action
    known: RecordedRow | Job | None = None


@dataclass(kw_only=True)
class Batch:
    """What is the same for all rows. `order` makes the order of a row that is sent, `target` the place of a provider.

    `flights` is how many rows are worked on at a time, `timeout` seconds for each from its submit.
    """

    engine: Engine
    root: str
    siblings: set[str]
    again: RetryChoice
    order: Callable[[Row, RowClaim], JobSpec]
    target: Callable[[str], Target]
    flights: int
    timeout: float | None = None
    strict: bool = False
    max_failures: int | None = None

    def __post_init__(self) -> None:
        self.begun: dict[str, RowStarted] = {}
        """By their keys the rows that were begun; whoever shows the end of one takes it out."""
        self._lock = threading.Lock()
        self._halted: BaseException | None = None
        self._failures = 0
        self._others: list[Row] = []
        self._folders: set[str] = set()
        self._slots: dict[str, threading.Semaphore] = {}

    def run(self, work: Iterable[Work]) -> Flux2Error | None:
        """Work on every row until it came to an end, told as RowFinished; the error that stopped the batch before that.

        Rows that another process has are left to it, and looked at until they are done or it is gone.
        """
        self._round(iter(work))
        while self._others and self._halted is None:
            if self.engine.stop.wait(self.engine.patience.look):
                raise Stopped
            rows, self._others = self._others, []
            self._round(self._looked_at(rows))
        if self._halted is not None and not isinstance(self._halted, Flux2Error):
            raise self._halted
        return self._halted

    def _round(self, work: Iterator[Work]) -> None:
        """All of the work, on as many threads as there are flights. Daemons: Ctrl-C waits for none of them."""
        threads = [
            threading.Thread(target=self._fly, args=(work,), daemon=True, name=f"flux2-row-{n}")
            for n in range(self.flights)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.engine.stop.is_set():
            raise Stopped

    def _looked_at(self, rows: list[Row]) -> Iterator[Work]:
        for row in rows:
            job = self.engine.ledger.row(self.root, row.key)
            action = self._decide(job) if job is not None else "send"
            if action == "await":
                self._others.append(row)
            else:
                yield Work(row=row, action=action, known=job)

    def _decide(self, job: Job) -> Action:
        present = bool(job.files) and all(files.is_present(file.path, file.bytes) for file in job.files)
        alive = job.owner is not None and self.engine.ledger.owner_alive(job.owner)
        code = job.error.code if job.error else None
        return decide(job.state, error_code=code, present=present, alive=alive, again=self.again)

    def _fly(self, work: Iterator[Work]) -> None:
        try:
            while (item := self._next(work)) is not None:
                with self._slot(item.row.request.route.provider):
                    self._one(item)
        except Stopped:
            pass
        except BaseException as error:  # noqa: BLE001 - carried to the thread that waits for this one
            self._halt(error)

    def _next(self, work: Iterator[Work]) -> Work | None:
        with self._lock:
            if self._halted is not None or self.engine.stop.is_set():
                return None
            return next(work, None)

    def _slot(self, provider: str) -> threading.Semaphore:
        """What keeps the jobs at a provider below the number that it allows."""
        with self._lock:
            if provider not in self._slots:
                most = registry.info(provider).most_active
                self._slots[provider] = threading.Semaphore(min(most or self.flights, self.flights))
            return self._slots[provider]

    def _halt(self, error: BaseException) -> None:
        with self._lock:
            self._halted = self._halted or error

    def _one(self, item: Work) -> None:
        row = item.row
        if self._halted is not None:  # it waited for a slot meanwhile
            return
        try:
            if item.action == "report":
                self._report(item)
            elif item.action == "await":
                self._others.append(row)
            elif item.action == "skip":
                self._tell(row, "skipped")
            else:
                outcome = self._collect(item) if item.action == "collect" else self._send(item)
                if outcome is not None:
                    end: RowStatus = "saved" if outcome.images else "submitted"
                    self._tell(row, end, outcome=outcome, job_id=outcome.job.job_id)
        except RowTaken:
            self._others.append(row)
        except Flux2Error as error:
            self._failed(row, error)

    def _send(self, item: Work) -> JobResult:
        row = item.row
        order = self.order(row, RowClaim.after(item.known, self.siblings))
        self._prepare(row)
        return self.engine.generate(order, began=lambda job_id: self._began(row, job_id))

    def _prepare(self, row: Row) -> None:
        """UsageError when no file could be made where the row's images go; before anything is paid."""
        folder = row.output.directory
        if row.output.explicit or folder not in self._folders:
            files.prepare_directory(Path(folder), row.output.name if row.output.explicit else None)
            self._folders.add(folder)

    def _collect(self, item: Work) -> JobResult | None:
        """What was paid for earlier; None when another process has it, or had it."""
        row, job_id = item.row, item.known.job_id if item.known else ""
        job = self.engine.ledger.claim(job_id)
        if job is None or job.state not in ("submitted", "ready"):
            self._others.append(row)
            return None
        self._began(row, job_id)
        if item.row.output.overwrite and not job.output.overwrite:
            job = replace(job, output=replace(job.output, overwrite=True))
        target = self.target(job.provider)
        return self.engine.collect(job, target, timeout=self.timeout, strict=self.strict)

    def _report(self, item: Work) -> None:
        """An end of an earlier run, which is not touched unless the user asks for it."""
        job = self.engine.ledger.get(item.known.job_id) if item.known else None
        if job is None:
            raise TypeError("a row without a job has nothing to report")
        self._tell(item.row, _ENDS.get(job.state, "failed"), error=error_of_job(job), job_id=job.job_id)

    def _failed(self, row: Row, error: Flux2Error) -> None:
        job_id = error.job_id
        if error.halts:
            self._halt(error)
            if job_id is None:
                return  # it was never begun, and the error that ends the batch says why
        state = self._state(job_id) if job_id is not None else "not-sent"
        end: RowStatus = "unknown" if error.code == "unknown" else _ENDS.get(state, "failed")
        self._tell(row, end, error=error, job_id=job_id)
        if end in ("failed", "unknown"):
            self._count_failure()

    def left_open(self) -> list[RowFinished]:
        """Where the rows stand that were begun and whose end nobody was shown, by the books: after an interruption."""
        found: list[RowFinished] = []
        for began in list(self.begun.values()):
            job = self.engine.ledger.get(began.job_id)
            end: RowStatus = "saved" if job.state == "saved" else _ENDS.get(job.state, "failed")
            if job.state != "not-sent":
                outcome = JobResult(job=job) if end == "saved" else None
                found.append(RowFinished(job_id=job.job_id, row=began.row, end=end, outcome=outcome))
        return found

    def _state(self, job_id: str) -> str:
        """Where a job stands; `unknown` when the books cannot be read, so that what broke them is told, not this."""
        try:
            return self.engine.ledger.get(job_id).state
        except InternalError:
            return "unknown"

    def _count_failure(self) -> None:
        with self._lock:
            self._failures += 1
            over = self.max_failures is not None and self._failures >= self.max_failures
        if over:
            self._halt(
                PartialError(
                    f"Stopped after {self._failures} failures (`--max-failures {self.max_failures}`).",
                    hint="the same command goes on with what is left",
                )
            )

    def _began(self, row: Row, job_id: str) -> None:
        began = self.begun[row.key] = RowStarted(job_id=job_id, row=row)
        self.engine.listen(began)

    def _tell(
        self,
        row: Row,
        end: RowStatus,
        *,
        outcome: JobResult | None = None,
        error: Flux2Error | None = None,
        job_id: str | None = None,
    ) -> None:
        self.engine.listen(RowFinished(job_id=job_id, row=row, end=end, outcome=outcome, error=error))
