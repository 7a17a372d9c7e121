"""The engine: generates and collects jobs in any number of threads, and knows which are in flight."""

import random
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flux2cli.core.job import flow
from flux2cli.core.job.job import ASKED_AGAIN, Job
from flux2cli.core.job.new_job import new_job
from flux2cli.core.job.result import JobResult, error_of_job, not_saved
from flux2cli.core.job.spec import JobSpec
from flux2cli.core.request.prepare import PreparedRequest, prepare_request
from flux2cli.edges.files import ImageCache, remove_parts
from flux2cli.edges.http import Http
from flux2cli.edges.ledger import Ledger, new_job_id, timestamp
from flux2cli.engine.job_run import JobRun, begin_job
from flux2cli.engine.patience import Patience
from flux2cli.engine.reference_uploads import Uploader
from flux2cli.engine.resources import Resources, no_log
from flux2cli.engine.save_images import Saver
from flux2cli.engine.unexpected import unexpected
from flux2cli.errors import InternalError, UsageError
from flux2cli.events import Event, Warned
from flux2cli.providers.registry import provider_named
from flux2cli.wire import Accepted, Target

_PATIENCE = Patience()


def _no_stdout(_: Path) -> None:
    raise UsageError("This run has no stdout to write an image to.")


class Engine:
    """Runs jobs, from any thread, until it is stopped.

    `now` is wall-clock time in UTC, `clock` a monotonic clock in seconds. `listen` is called with every event, in the
    thread in which it happens. `emit` copies a file's bytes to stdout. `keep` takes a row's key and returns whether
    the images of that row must never be overwritten. `log` writes an unexpected error to a file and returns a clause
    that names it. `cache` gets the images of batch rows.
    """

    def __init__(
        self,
        *,
        http: Http,
        ledger: Ledger,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
        listen: Callable[[Event], None] = lambda _: None,
        emit: Callable[[Path], None] = _no_stdout,
        keep: Callable[[str], bool] = lambda _: False,
        log: Callable[[BaseException], str] = no_log,
        patience: Patience = _PATIENCE,
        cache: ImageCache | None = None,
    ) -> None:
        self.ledger = ledger
        self.listen = listen
        self.patience = patience
        self._now = now
        self._resources = Resources(http=http, ledger=ledger, clock=clock, listen=listen, log=log, patience=patience)
        self._uploader = Uploader(self._resources)
        self._saver = Saver(self._resources, now=now, emit=emit, keep=keep, cache=cache)

    def unexpected(self, error: BaseException) -> InternalError:
        """The error to report for an unexpected one outside of any job; it is written to the log."""
        return unexpected(self._resources, error)

    @property
    def stop(self) -> threading.Event:
        """The event that ends waits and forbids further submits; every run then ends soon, with Stopped."""
        return self._resources.stop

    def in_flight(self) -> list[str]:
        """Ids of jobs that are at a provider and not yet saved, in the order of their start."""
        return self._resources.in_flight.submitted()

    def responses_out(self) -> list[str]:
        """Ids of jobs whose submit may be on the wire, with its response not in the ledger yet."""
        return self._resources.in_flight.responses_out()

    def generate(self, spec: JobSpec, *, began: Callable[[str], None] = lambda _: None) -> JobResult:
        """Upload, submit and, unless the spec says not to wait, save the images. Calls `began` with the job's id first.

        Raises the error that the job ends with, which its ledger row has, too. A failure before the intent to submit is
        stored leaves no row, as does NetworkSettingError. RowTaken when another process took the batch row first.
        """
        request = self._uploader.upload(spec.request, spec.target, timeout=spec.timeout)
        prepared = prepare_request(request, spec.target)
        self._resources.http.check(prepared.call.url)
        self._resources.take_turn()  # before the intent: a process that is killed while it waits has sent nothing
        wanted = new_job(prepared, spec, job_id=new_job_id(), created_at=timestamp(self._now()))
        with begin_job(self._resources, wanted, spec) as run:
            began(run.job_id)
            return self._submit_and_save(run, prepared, spec)

    def _submit_and_save(self, run: JobRun, prepared: PreparedRequest, spec: JobSpec) -> JobResult:
        for text in run.job.warnings:
            self.listen(Warned(job_id=run.job_id, text=text))
        context = self.context_of(run.job, prepared.target, timeout=spec.timeout)
        accepted = run.submit(flow.submit(context, prepared.call), timeout=spec.timeout)
        if not spec.wait:
            return JobResult(job=self.ledger.get(run.job_id))
        return self._follow_and_save(run, context, accepted, strict=spec.strict, fresh=True)

    def collect(self, job: Job, target: Target, *, timeout: float | None = None, strict: bool = False) -> JobResult:
        """Wait for a job that was submitted earlier and save its images where `job.output` says.

        About a job of ASKED_AGAIN the provider is asked once. The caller has claimed it. Files that an earlier process
        left half-done are completed or removed.
        """
        if job.request_id is None:
            raise UsageError(f"Job `{job.job_id}` was never accepted, so there is nothing to collect.")
        with self.run_of(job) as run:
            self._redirect(job)
            accepted = Accepted(request_id=job.request_id, follow=dict(job.follow))
            context = self.context_of(job, target, timeout=timeout)
            return self._follow_and_save(run, context, accepted, strict=strict)

    def _redirect(self, job: Job) -> None:
        """Record the new output first, so that files that a kill leaves there are found."""
        before = self.ledger.get(job.job_id).output
        if before != job.output:
            remove_parts(Path(before.directory), job.job_id)
            self.ledger.record(job.job_id, output=job.output)

    def _follow_and_save(
        self, run: JobRun, context: flow.JobContext, accepted: Accepted, *, strict: bool = False, fresh: bool = False
    ) -> JobResult:
        try:
            ended = run.job.state in ASKED_AGAIN
            steps = flow.ask_again(context, accepted) if ended else flow.follow(context, accepted)
            result = run.drive(steps, timeout=context.timeout)
            if result is None:
                raise error_of_job(run.job)
            return self._saver.save(run.job, result, run.spool, left=run.left, strict=strict, fresh=fresh)
        except BrokenPipeError:
            raise  # the reader of stdout is gone, which ends the run
        except OSError as error:
            raise not_saved(self.ledger.get(run.job_id), error) from None

    def run_of(self, job: Job) -> JobRun:
        """The run of a job on record: a block that collects it, or flows that only ask about it."""
        return JobRun(self._resources, job)

    def context_of(self, job: Job, target: Target, *, timeout: float | None = None) -> flow.JobContext:
        """The context for a flow of the job; its time limit of `timeout` seconds counts from the flow's start."""
        return flow.JobContext(
            job_id=job.job_id,
            provider=provider_named(job.provider),
            endpoint=job.endpoint,
            target=target,
            timeout=timeout,
            epoch=self._now().timestamp(),
            jitter=random.random(),  # noqa: S311 - spreads retries, hides nothing
        )
