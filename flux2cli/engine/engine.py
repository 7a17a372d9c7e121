"""Runs one job's flow: sends what it asks to send, waits, writes the books, and stops when it is told to."""

import random
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from flux2cli.core.batch.claims import RowTaken
from flux2cli.core.job import flow
from flux2cli.core.job.job import Job
from flux2cli.core.job.result import JobResult
from flux2cli.core.job.spec import JobSpec
from flux2cli.core.job.throttle import SubmitThrottle
from flux2cli.core.request.prepare import PreparedRequest, prepare_request
from flux2cli.edges.files import Spool, remove_parts
from flux2cli.edges.http import Http
from flux2cli.edges.ledger import Changes, Ledger, new_job_id, timestamp
from flux2cli.engine.patience import Patience
from flux2cli.engine.reference_uploads import Uploader
from flux2cli.engine.save_images import Saver, not_saved
from flux2cli.errors import Flux2Error, UsageError
from flux2cli.events import Event, Submitted, Warned
from flux2cli.providers.registry import provider_named
from flux2cli.wire import Accepted, HttpFailure, HttpResponse, Target

T = TypeVar("T")
_PATIENCE = Patience()


def _no_stdout(_: Path) -> None:
    raise UsageError("This run has no stdout to write an image to.")


class Stopped(Exception):  # noqa: N818 - not an error: the user said stop
    """The run was told to stop; the job's row says how far it came."""


class Engine:
    """Runs jobs, from any thread. `listen` is told what happens; `stop` ends waits and forbids new submits.

    `emit` copies a file's bytes to stdout; `keep` says of a row's key that its images are not overwritten. `now` is
    wall-clock time in UTC, `clock` seconds that only grow.
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
        patience: Patience = _PATIENCE,
    ) -> None:
        self.ledger = ledger
        self.patience = patience
        self.listen = listen
        self.stop = threading.Event()
        self._http = http
        self._now = now
        self._clock = clock
        self._pace = SubmitThrottle()
        self._paid: set[str] = set()
        self._sent: dict[str, float] = {}
        self._recorded: dict[str, dict[str, Any]] = {}
        self._running: dict[str, str] = {}
        self._streams: dict[str, _Stream] = {}
        self._spools: dict[str, Spool] = {}
        self._uploader = Uploader(
            upload=lambda request, target, reference, data: self.drive(
                flow.upload(
                    flow.FlowContext(
                        provider=provider_named(request.route.provider),
                        target=target,
                        jitter=random.random(),  # noqa: S311
                    ),
                    reference,
                    data,
                ),
                "",
            ),
            listen=listen,
        )
        self._saver = Saver(
            http=http, ledger=ledger, now=now, pause=self._pause, listen=listen, emit=emit,
            keep=keep,
        )  # fmt: skip

    def generate(self, order: JobSpec, *, began: Callable[[str], None] = lambda _: None) -> JobResult:
        """Upload, submit and, unless told not to wait, save the images. `began` is told the job's id before the submit.

        Raises what the job ended with; its row says the same. What fails before the submit leaves no row. RowTaken when
        another process had the row of a batch first.
        """
        request = self._uploader.uploaded(order.request, order.target)
        plan = prepare_request(request, order.target, order.output, label=order.label, row=order.row)
        self._take_turn()  # before the intent: who is killed while waiting here has sent nothing
        job = self._begin(plan, order)
        began(job.job_id)
        return self._submit_and_save(job, plan, order)

    def _submit_and_save(self, job: Job, plan: PreparedRequest, order: JobSpec) -> JobResult:
        with self._holding(job):
            for text in job.warnings:
                self.listen(Warned(job_id=job.job_id, text=text))
            task = self._task(job.job_id, job.provider, job.endpoint, plan.target, order.timeout)
            accepted = self._submit(flow.submit(task, plan.call), job)
            if not order.wait:
                return JobResult(job=self.ledger.get(job.job_id), seed=job.seed)
            return self._finish(task, accepted, job, strict=order.strict, fresh=True)

    def _begin(self, plan: PreparedRequest, order: JobSpec) -> Job:
        """The job with its intent in the books, listed as running from before it is there."""
        wanted = plan.job(new_job_id(), timestamp(self._now()))
        self._paid.add(wanted.job_id)  # before the look at `stop`: whoever sets it then waits for what is begun here
        try:
            if self.stop.is_set():
                raise Stopped
            job = self.ledger.begin(
                wanted, allow_unknown=order.resubmit_unknown, budget=order.budget, claim=order.claim
            )
            self._running[job.job_id] = "submitting"
        finally:
            self._paid.discard(wanted.job_id)
        return job

    def collect(self, job: Job, target: Target, *, timeout: float | None = None, strict: bool = False) -> JobResult:
        """Wait for a job that was submitted earlier and save its images where `job.output` says.

        The caller has claimed it. What an earlier process left half-done is completed or removed.
        """
        if job.request_id is None:
            raise UsageError(f"Job `{job.job_id}` was never accepted, so there is nothing to collect.")
        with self._holding(job):
            self._redirect(job)
            accepted = Accepted(request_id=job.request_id, follow=dict(job.follow))
            return self._finish(self.task_of(job, target, timeout=timeout), accepted, job, strict=strict)

    def _redirect(self, job: Job) -> None:
        """Have the books say where the images go now, so that whoever goes on after a kill finds what was begun."""
        before = self.ledger.get(job.job_id).output
        if before != job.output:
            remove_parts(Path(before.directory), job.job_id)
            self.ledger.record(job.job_id, output=job.output)

    def _finish(
        self, task: flow.JobContext, accepted: Accepted, job: Job, *, strict: bool = False, fresh: bool = False
    ) -> JobResult:
        output = job.output
        with closing(Spool(Path(output.directory), task.job_id)) as spool:
            self._spools[task.job_id] = spool
            try:
                result = self.drive(flow.follow(task, accepted), task.job_id)
                return self._saver.save(self._as_recorded(job), result, output, spool, strict=strict, fresh=fresh)
            except BrokenPipeError:
                raise  # the reader of stdout is gone: that ends the run, not only the saving
            except OSError as error:
                raise not_saved(self.ledger.get(task.job_id), error) from None
            finally:
                del self._spools[task.job_id]

    def _as_recorded(self, job: Job) -> Job:
        """The job with what was recorded since it was begun or claimed: as the books have it, without asking them."""
        return replace(job, **self._recorded[job.job_id])

    def in_flight(self) -> list[str]:
        """Ids of jobs that are at a provider and not yet saved, in the order of their start."""
        return [job_id for job_id, state in list(self._running.items()) if state == "submitted"]

    def replies_out(self) -> list[str]:
        """Ids of jobs whose submit may be on the wire with its reply not in the books yet."""
        begun = [job_id for job_id, state in list(self._running.items()) if state == "submitting"]
        return list(dict.fromkeys([*begun, *self._paid.copy()]))

    def task_of(self, job: Job, target: Target, *, timeout: float | None = None) -> flow.JobContext:
        """What a flow needs to know about a job on record. `timeout` is in seconds."""
        return self._task(job.job_id, job.provider, job.endpoint, target, timeout)

    def _task(
        self, job_id: str, provider: str, endpoint: str, target: Target, timeout: float | None = None
    ) -> flow.JobContext:
        return flow.JobContext(
            job_id=job_id,
            provider=provider_named(provider),
            endpoint=endpoint,
            target=target,
            timeout=timeout,
            epoch=self._now().timestamp(),
            jitter=random.random(),  # noqa: S311 - spreads retries, hides nothing
        )

    def _holding(self, job: Job) -> "_Holding":
        return _Holding(self._running, self._recorded, self.ledger, job)

    def _submit(self, steps: Generator[flow.Effect, flow.EffectResult, Accepted], job: Job) -> Accepted:
        try:
            accepted = self.drive(steps, job.job_id)
        except Stopped:
            if self.ledger.get(job.job_id).state == "submitting":  # stopped before the request went out
                self.ledger.record(job.job_id, state="not-sent")
            self._running.pop(job.job_id, None)
            raise
        except RowTaken:
            self._running.pop(job.job_id, None)
            raise
        self._running[job.job_id] = "submitted"
        return accepted

    def drive(self, steps: Generator[flow.Effect, flow.EffectResult, T], job_id: str) -> T:
        """Do what a job's flow asks for, until it ends; its result. Stopped when the run was told to stop."""
        started = self._clock()
        answer: flow.EffectResult = None
        try:
            while True:
                try:
                    step = steps.send(answer)
                except StopIteration as end:
                    return cast("T", end.value)
                answer = self._do(step, job_id, started)
        finally:
            self._paid.discard(job_id)
            self._sent.pop(job_id, None)
            self._close_stream(job_id)

    def _do(self, step: flow.Effect, job_id: str, started: float) -> flow.EffectResult:
        if isinstance(step, flow.Send | flow.Sleep):
            self._close_stream(job_id)
        match step:
            case flow.Send():
                return self._send(step, job_id, started)
            case flow.NextEvent():
                return self._listen_on(step, job_id, started)
            case flow.Sleep():
                self._paid.discard(job_id)
                self._wait(step, job_id)
            case flow.UpdateLedger(changes=changes):
                self.ledger.record(job_id, **cast("Changes", changes))
                self._recorded.setdefault(job_id, {}).update(changes)
            case flow.Emit(event=event):
                self._paid.discard(job_id)
                if isinstance(event, Submitted):
                    self._pace.accepted()
                self.listen(event)
        return None

    def _send(self, step: flow.Send, job_id: str, started: float) -> HttpResponse | HttpFailure:
        if step.paid:
            self._paid.add(job_id)  # before the look at `stop`: whoever sets it then sees this one
            self._sent[job_id] = self._clock()
        if self.stop.is_set() and (step.paid or not self._paid):
            raise Stopped
        spool = self._spools.get(job_id) if step.images else None
        answer = self._http.send(step.call, spool=spool.begin if spool else None)
        return replace(answer, at=self._clock() - started)

    def _listen_on(self, step: flow.NextEvent, job_id: str, started: float) -> HttpResponse | HttpFailure:
        if self.stop.is_set():
            raise Stopped
        stream = self._streams.get(job_id)
        if stream is None:
            stream = self._streams[job_id] = _Stream(self._http, step)
        answer = stream.next()
        if isinstance(answer, HttpFailure):
            self._close_stream(job_id)
        return replace(answer, at=self._clock() - started)

    def _close_stream(self, job_id: str) -> None:
        stream = self._streams.pop(job_id, None)
        if stream is not None:
            stream.close()

    def _wait(self, step: flow.Sleep, job_id: str) -> None:
        if step.submit:
            hold = step.seconds if step.everyone else None
            self._pace.refused(self._sent.get(job_id, 0.0), self._clock(), hold)
        self._pause(step.seconds)
        if step.submit:
            self._take_turn()

    def _take_turn(self) -> None:
        """Wait until the pace of the run's submits allows one more."""
        while wait := self._pace.turn(self._clock()):
            self._pause(wait)

    def _pause(self, seconds: float) -> None:
        if self.stop.wait(seconds):
            raise Stopped


class _Stream:
    """An open event stream of one job."""

    def __init__(self, http: Http, step: flow.NextEvent) -> None:
        self._events = http.events(step.call, step.patience)

    def next(self) -> HttpResponse | HttpFailure:
        return next(self._events, HttpFailure(kind="broken", sent="yes", message="the event stream is over"))

    def close(self) -> None:
        self._events.close()


class _Holding:
    """While a job is worked on it is listed as running; afterwards nobody owns it."""

    def __init__(self, running: dict[str, str], recorded: dict[str, dict[str, Any]], ledger: Ledger, job: Job) -> None:
        self._running, self._recorded, self._ledger, self._job = running, recorded, ledger, job

    def __enter__(self) -> None:
        self._recorded[self._job.job_id] = {}
        self._running[self._job.job_id] = "submitted" if self._job.request_id else "submitting"

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind is None or issubclass(kind, Flux2Error):
            self._running.pop(self._job.job_id, None)
        self._recorded.pop(self._job.job_id, None)
        self._ledger.release(self._job.job_id)
