"""Runs the rows of a batch concurrently, shares them with other processes, and halts when going on would be wrong."""

import threading
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace

from flux2cli.core.batch.claims import RowClaim, RowTaken
from flux2cli.core.batch.preflight import PendingRow
from flux2cli.core.batch.resume import Action, RetryChoice, decide
from flux2cli.core.batch.row import Row
from flux2cli.core.job.job import Job
from flux2cli.core.job.spec import JobSpec
from flux2cli.edges import files
from flux2cli.engine.engine import Engine
from flux2cli.engine.resources import Stopped
from flux2cli.engine.row_runner import RowRunner
from flux2cli.engine.unexpected import is_unexpected
from flux2cli.errors import Flux2Error, PartialError
from flux2cli.providers import registry
from flux2cli.wire import Target

Pending = Iterator[tuple[Row, PendingRow]]


@dataclass(kw_only=True)
class BatchRunner:
    """One batch below the output root `root`. Its events go to the engine's listener.

    `concurrency` rows run at a time, fewer if a provider allows fewer jobs. `max_failures` failed or unknown rows halt
    it, None for no limit. `retry` says which rows are sent again; the other arguments are those of RowRunner.
    """

    engine: Engine
    root: str
    siblings: set[str]
    retry: RetryChoice
    spec: Callable[[Row, RowClaim], JobSpec]
    target: Callable[[str], Target]
    concurrency: int
    timeout: float | None = None
    strict: bool = False
    max_failures: int | None = None
    images: files.ImageCache | None = None
    unmoved: Container[str] = ()

    def __post_init__(self) -> None:
        self._rows = RowRunner(
            engine=self.engine, siblings=self.siblings, spec=self.spec, target=self.target, timeout=self.timeout,
            strict=self.strict, images=self.images, unmoved=self.unmoved,
        )  # fmt: skip
        self._lock = threading.Lock()
        self._halted: BaseException | None = None
        self._failures = 0
        self._held_elsewhere: list[tuple[Row, PendingRow]] = []
        self._slots: dict[str, threading.Semaphore] = {}

    def run(self, pending: Iterable[tuple[Row, PendingRow]]) -> Flux2Error | None:
        """Run every row to its end, reported as RowFinished; the error that halted the batch before that.

        Leaves a row to another process that works on it, and checks it from time to time, until it is done or that
        process is gone. Raises Stopped when the engine is stopped, and every error that is no Flux2Error.
        """
        self._run_all(iter(pending))
        while self._held_elsewhere and self._halted is None:
            if self.engine.stop.wait(self.engine.patience.look):
                raise Stopped
            rows, self._held_elsewhere = self._held_elsewhere, []
            self._run_all(self._look_again(rows))
        if self._halted is not None and not isinstance(self._halted, Flux2Error):
            raise self._halted
        return self._halted

    def _run_all(self, pending: Pending) -> None:
        """Run the rows in `concurrency` threads. Daemons: Ctrl-C waits for none of them."""
        threads = [
            threading.Thread(target=self._worker, args=(pending,), daemon=True, name=f"flux2-row-{n}")
            for n in range(self.concurrency)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.engine.stop.is_set():
            raise Stopped

    def _worker(self, pending: Pending) -> None:
        """Run one row after another until none is left."""
        try:
            while (item := self._next(pending)) is not None:
                row, todo = item
                with self._slot(todo.provider):
                    if self._halted is None:  # it may have been halted while this row waited for its slot
                        self._run_row(row, todo)
        except Stopped:
            pass
        except BaseException as error:  # noqa: BLE001 - carried to the thread that waits for this one
            self._halt(error)

    def _next(self, pending: Pending) -> tuple[Row, PendingRow] | None:
        with self._lock:
            if self._halted is not None or self.engine.stop.is_set():
                return None
            return next(pending, None)

    def _slot(self, provider: str) -> threading.Semaphore:
        """The semaphore that keeps the number of jobs at a provider within its limit."""
        with self._lock:
            if provider not in self._slots:
                most = registry.info(provider).most_active
                self._slots[provider] = threading.Semaphore(min(most or self.concurrency, self.concurrency))
            return self._slots[provider]

    def _run_row(self, row: Row, todo: PendingRow) -> None:
        try:
            finished = self._rows.run(row, todo)
        except RowTaken:
            finished = None
        except Flux2Error as error:
            self._fail(row, error)
            return
        except Exception as error:
            if not is_unexpected(error):
                raise
            self._fail(row, self.engine.unexpected(error))
            return
        if finished is None:
            with self._lock:
                self._held_elsewhere.append((row, todo))
        else:
            self.engine.listen(finished)

    def _fail(self, row: Row, error: Flux2Error) -> None:
        if error.halts:
            self._halt(error)
            if error.job_id is None:
                return  # the row was never begun, and the batch ends with this error
        finished = self._rows.failed(row, error)
        self.engine.listen(finished)
        if finished.status in ("failed", "unknown"):
            self._count_failure()

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

    def _halt(self, error: BaseException) -> None:
        """Begin no further row; the first error counts."""
        with self._lock:
            self._halted = self._halted or error

    def _look_again(self, rows: list[tuple[Row, PendingRow]]) -> Pending:
        """The held rows that no other process works on any more, with their actions."""
        for row, todo in rows:
            on_record = (self.engine.ledger.row(self.root, key) for key in row.keys)
            job = next((job for job in on_record if job is not None), None)
            action = self._decide(job) if job is not None else "send"
            if action == "await":
                self._held_elsewhere.append((row, todo))  # `_next` holds the lock
            else:
                yield row, replace(todo, action=action, known=job)

    def _decide(self, job: Job) -> Action:
        present = bool(job.files) and all(files.is_present(file.path, file.bytes) for file in job.files)
        alive = job.owner is not None and self.engine.ledger.owner_alive(job.owner)
        code = job.error.code if job.error else None
        return decide(job.state, error_code=code, present=present, alive=alive, retry=self.retry)
