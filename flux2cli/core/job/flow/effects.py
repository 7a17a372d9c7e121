"""The effects that a flow yields, the result of each, and the context of a flow."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TypeVar

from flux2cli import events
from flux2cli.core.job import retry
from flux2cli.core.job.job import JobChanges, JobError, State
from flux2cli.errors import BY_CODE, Flux2Error, ProviderFailedError
from flux2cli.providers.interface import Provider
from flux2cli.providers.intermediary import explained
from flux2cli.providers.reply_shape import reply_shape
from flux2cli.wire import HttpFailure, HttpRequest, HttpResponse, Problem, Status, Target

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Send this request; results in an HttpResponse or an HttpFailure.

    `paid` marks the submit, the one request that costs money: only the flow may send it again. `images` marks a
    request whose response may hold whole images, which the engine then keeps on disk (`core.images.data_urls`).
    """

    call: HttpRequest
    paid: bool = False
    images: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NextEvent:
    """Read the next event of this stream, which is opened at first use. Send and Sleep close it.

    Results in an HttpResponse that holds the event, or an HttpFailure after `patience` seconds without one.
    """

    call: HttpRequest
    patience: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sleep:
    """Sleep for this many seconds; results in None.

    `submit`: the provider refused a submit for now, and it is sent again afterwards, in its turn among all submits of
    the run. `everyone`: until then no other submit of the run is sent.
    """

    seconds: float
    submit: bool = False
    everyone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateLedger:
    """Write these changes to the job's ledger row, durably, before going on; results in None."""

    changes: JobChanges


@dataclass(frozen=True, slots=True, kw_only=True)
class Emit:
    """Report this event; results in None."""

    event: events.Event


Effect = Send | NextEvent | Sleep | UpdateLedger | Emit
EffectResult = HttpResponse | HttpFailure | None
Flow = Generator[Effect, EffectResult, T]
"""A generator without I/O: yields effects, is sent their results, and returns a T or raises a Flux2Error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowContext:
    """The context of every flow: the provider, with base URL and key."""

    provider: Provider
    target: Target
    jitter: float = 0.5
    """0..1, spreads the waits between attempts (see `retry`)."""
    timeout: float | None = None
    """Seconds from the flow's start to its deadline, None for no limit."""

    def left(self, now: float) -> float | None:
        """Seconds until the deadline, None when there is none. `now` is seconds since the flow's start."""
        return None if self.timeout is None else self.timeout - now

    def left_after(self, result: "EffectResult") -> float | None:
        """As `left`, at the time of an effect's result."""
        return None if result is None else self.left(result.at)

    @property
    def title(self) -> str:
        """The provider's name in messages."""
        return self.provider.INFO.title

    def polled(self, response: HttpResponse) -> Status | None:
        """The job's status, None when the response has none. A problem in it has the shape of the response."""
        status = self.provider.polled(response)
        if status is None or status.problem is None:
            return status
        return replace(status, problem=replace(status.problem, reply=reply_shape(response)))

    def explain(self, response: HttpResponse, call: HttpRequest) -> Problem:
        """The problem that an error response to this request reports."""
        return explained(self.provider, response, call.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobContext(FlowContext):
    """The context of a job's flow."""

    job_id: str
    endpoint: str
    epoch: float = 0.0
    """Seconds since 1970 when the flow began, for dates in `Retry-After`."""
    streams: int = retry.STREAM_FAILURES
    """How often an event stream may fail before the job is polled instead; 0 polls from the start."""


def response_of(result: EffectResult) -> HttpResponse:
    """The result of a Send that is known to be a response; TypeError when the driver breaks the rules."""
    if not isinstance(result, HttpResponse):
        raise TypeError(f"a Send resulted in {type(result).__name__}")
    return result


def settled(state: State, error: Flux2Error, reply: str = "") -> UpdateLedger:
    """The record of a job that ended with an error; `reply` is the shape of the response that reported it."""
    return UpdateLedger(changes={"state": state, "error": JobError.of(error, reply)})


def error_of(problem: Problem, *, job_id: str | None = None, request_id: str | None = None) -> Flux2Error:
    """The error for a problem that a provider reported."""
    # An endpoint that the provider does not know is a mistake in the request.
    code = "usage" if problem.code == "missing" else problem.code
    kind = BY_CODE.get(code, ProviderFailedError)
    return kind(problem.message, hint=problem.hint, job_id=job_id, request_id=request_id)
