"""One running job: performs the effects of its flow, and decides whether its paid request may go out."""

from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from flux2cli.core.batch.claims import RowTaken
from flux2cli.core.job import flow
from flux2cli.core.job.job import Job, JobChanges, JobError
from flux2cli.core.job.spec import JobSpec
from flux2cli.edges.files import Spool
from flux2cli.engine.flow_run import FlowRun
from flux2cli.engine.resources import Resources, Stopped
from flux2cli.engine.unexpected import is_unexpected, unexpected
from flux2cli.errors import Flux2Error, InternalError
from flux2cli.events import Event, Submitted
from flux2cli.wire import Accepted, HttpFailure, HttpRequest, HttpResponse

T = TypeVar("T")


def begin_job(resources: Resources, wanted: Job, spec: JobSpec) -> "JobRun":
    """Insert the job as `submitting`, and return its run; it counts as in flight before the insert.

    Stopped when the engine was stopped first; RowTaken, BudgetError and UnknownOutcomeError from the ledger. After an
    error nothing is recorded and nothing is in flight.
    """
    in_flight = resources.in_flight
    in_flight.announce(wanted.job_id)  # before the look at `stop`: see InFlight
    try:
        resources.check_stop()
        job = resources.ledger.begin(
            wanted,
            former_key=spec.request.former_key,
            allow_unknown=spec.resubmit_unknown,
            budget=spec.budget,
            claim=spec.claim,
        )
    except BaseException:
        in_flight.remove(wanted.job_id)
        raise
    in_flight.rename(wanted.job_id, job.job_id)
    return JobRun(resources, job, begun=True)


class JobRun(FlowRun):
    """The state of one job while this process works on it. For one thread.

    As a context manager it lists the job as in flight and, at the end, releases it in the ledger. A job that the block
    leaves at the provider (Stopped) stays listed, for the message about it. A job whose request has not gone out by
    then becomes `not-sent`. An unexpected exception becomes an InternalError of this job alone. `begun`: this
    process has just recorded the intent.
    """

    def __init__(self, resources: Resources, job: Job, *, begun: bool = False) -> None:
        super().__init__(resources)
        self._begun = job
        self._recorded: JobChanges = {}
        self._may_submit = begun
        """The ledger has an intent of this run, whose request has not gone out."""
        self._submitted_at = 0.0
        self._stream: _Stream | None = None
        self._spool: Spool | None = None

    @property
    def job_id(self) -> str:
        """The job's id."""
        return self._begun.job_id

    @property
    def job(self) -> Job:
        """The job as begun or claimed, with the changes recorded since; not read from the ledger."""
        return replace(self._begun, **self._recorded)

    @property
    def spool(self) -> Spool:
        """The spool for images inside responses; TypeError outside of the block."""
        if self._spool is None:
            raise TypeError(f"job {self.job_id} is not being run")
        return self._spool

    def __enter__(self) -> Self:
        if self._begun.request_id is None:
            self._resources.in_flight.announce(self.job_id)
        else:
            self._resources.in_flight.accept(self.job_id)
        self._spool = Spool(Path(self._begun.output.directory), self.job_id)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        spool, self._spool = self.spool, None
        unsent = self._may_submit
        try:
            if unsent:  # whatever went wrong, nothing went out
                self._update({"state": "not-sent"})
            spool.close()
        finally:
            self._resources.ledger.release(self.job_id)
            odd = is_unexpected(error)
            if unsent or odd or kind is None or issubclass(kind, Flux2Error):
                self._resources.in_flight.remove(self.job_id)
        if odd and error is not None:  # the job stays as it is recorded, for another attempt, and other rows go on
            raise unexpected(self._resources, error, job_id=self.job_id) from error

    def submit(self, steps: flow.Flow[Accepted], *, timeout: float | None = None) -> Accepted:
        """Drive the flow of the paid request. A job that is stopped before its request is sent becomes `not-sent`."""
        try:
            accepted = self.drive(steps, timeout=timeout)
        except Stopped:
            if self._may_submit:
                self._update({"state": "not-sent"})
            self._resources.in_flight.remove(self.job_id)  # after the record: see InFlight
            raise
        except RowTaken:
            self._resources.in_flight.remove(self.job_id)
            raise
        self._resources.in_flight.accept(self.job_id)
        return accepted

    def drive(self, steps: flow.Flow[T], *, timeout: float | None = None) -> T:
        """Like `FlowRun.drive`, for the flows of a job."""
        try:
            return super().drive(steps, timeout=timeout)
        finally:
            self._close_stream()

    def _perform(self, effect: flow.Effect) -> flow.EffectResult:
        if isinstance(effect, flow.Send | flow.Sleep):
            self._close_stream()
        match effect:
            case flow.Send(paid=True):
                return self._send_paid(effect.call)
            case flow.Send(images=True):
                return self._send_free(effect.call, self._spool.begin if self._spool else None)
            case flow.NextEvent():
                return self._next_event(effect)
            case flow.Sleep(submit=True):
                self._wait_to_submit(effect)
            case flow.UpdateLedger():
                self._update(effect.changes)
            case flow.Emit():
                self._emit(effect.event)
            case _:
                return super()._perform(effect)
        return None

    def _send_paid(self, call: HttpRequest) -> HttpResponse | HttpFailure:
        """Send the request that costs money: once for each intent in the ledger, and never after a stop."""
        resources = self._resources
        resources.in_flight.announce(self.job_id)  # before the look at `stop`: see InFlight
        resources.check_stop()
        if not self._may_submit:
            raise InternalError(
                f"Job `{self.job_id}` was about to be sent a second time; it was not.",
                hint=f"`flux2 jobs show {self.job_id}`",
                job_id=self.job_id,
            )
        self._may_submit = False
        self._submitted_at = resources.clock()
        try:
            left = self.left()
            seconds = None if left is None else max(left, resources.patience.submit)
            return self._timed(resources.http.send(call, seconds=seconds))
        except Flux2Error as error:  # before anything was sent
            self._update({"state": "not-sent", "error": JobError.of(error)})
            raise

    def _next_event(self, effect: flow.NextEvent) -> HttpResponse | HttpFailure:
        self._resources.check_stop()
        if self._stream is None:
            self._stream = _Stream(self._resources, effect)
        result = self._stream.next()
        if isinstance(result, HttpFailure):
            self._close_stream()
        return self._timed(result)

    def _wait_to_submit(self, effect: flow.Sleep) -> None:
        """Wait before a refused submit is sent again, in its turn among all submits of the run."""
        hold = effect.seconds if effect.everyone else None
        self._resources.throttle.refused(self._submitted_at, self._resources.clock(), hold)
        self._resources.pause(effect.seconds)
        self._resources.take_turn()

    def _update(self, changes: JobChanges) -> None:
        self._resources.ledger.record(self.job_id, **changes)
        self._recorded.update(changes)
        if "state" in changes:
            self._may_submit = changes["state"] == "submitting"

    def _emit(self, event: Event) -> None:
        if isinstance(event, Submitted):
            self._resources.throttle.accepted()
        self._resources.listen(event)

    def _close_stream(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None


class _Stream:
    """The open event stream of a job."""

    def __init__(self, resources: Resources, effect: flow.NextEvent) -> None:
        self._events = resources.http.events(effect.call, effect.patience)

    def next(self) -> HttpResponse | HttpFailure:
        return next(self._events, HttpFailure(kind="broken", sent="yes", message="the event stream is over"))

    def close(self) -> None:
        self._events.close()
