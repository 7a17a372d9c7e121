"""What a job's flow yields and is sent. A flow is a generator without I/O; the engine is its only driver.

A `Send` is answered by a Reply or a Failure, a `Wait` by None, `Record` and `Note` by None.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flux2cli import events
from flux2cli.errors import BY_CODE, Flux2Error, ProviderFailedError
from flux2cli.providers.interface import Provider
from flux2cli.wire import HttpFailure, HttpRequest, HttpResponse, Problem, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Send this request.

    `paid` marks the one that costs money: nothing may repeat it but the flow itself. `images` marks a reply that may
    hold whole images, which then wait on the disk (`core.inline`).
    """

    call: HttpRequest
    paid: bool = False
    images: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NextEvent:
    """The next event of this stream, which is opened when it is not open yet; any other step closes it.

    Answered by a Reply that holds the event, or a Failure when there is none within `patience` seconds.
    """

    call: HttpRequest
    patience: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sleep:
    """Let this many seconds pass.

    `submit`: a paid request was turned away and follows, in its turn among all of the run; `everyone`: until then, the
    other submits of the run wait as well.
    """

    seconds: float
    submit: bool = False
    everyone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateLedger:
    """Write these changes to the job's ledger row, durably, before going on."""

    changes: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Emit:
    """Tell whoever watches."""

    event: events.Event


Step = Send | NextEvent | Sleep | UpdateLedger | Emit
Answer = HttpResponse | HttpFailure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobContext:
    """What a flow needs to know about its job. `timeout` is seconds from the flow's start, None for no limit."""

    job_id: str
    provider: Provider
    endpoint: str
    target: Target
    timeout: float | None = None
    epoch: float = 0.0
    """Seconds since 1970 when the flow began, for dates in `Retry-After`."""
    jitter: float = 0.5
    streams: int = 2
    """How often an event stream may fail before the job is polled instead; 0 polls from the start."""

    @property
    def title(self) -> str:
        """What messages call the provider."""
        return self.provider.INFO.title

    def left(self, now: float) -> float | None:
        """Seconds until the deadline, None when there is none."""
        return None if self.timeout is None else self.timeout - now


def reply_of(answer: Answer) -> HttpResponse:
    """The answer to a Send that is known to be a reply; TypeError when a driver breaks the rules."""
    if not isinstance(answer, HttpResponse):
        raise TypeError(f"a Send was answered by {type(answer).__name__}")
    return answer


def settled(state: str, error: Flux2Error) -> UpdateLedger:
    """The record of a job that ended with an error."""
    return UpdateLedger(changes={"state": state, "error": error_record(error)})


def error_record(error: Flux2Error) -> dict[str, object]:
    """An error as the ledger keeps it."""
    return {"code": error.code, "message": error.message, "hint": error.hint}


def error_of(problem: Problem, task: JobContext, request_id: str | None) -> Flux2Error:
    """What a provider's problem is called here."""
    # An endpoint that the provider does not know is a mistake in the request.
    code = "usage" if problem.code == "missing" else problem.code
    kind = BY_CODE.get(code, ProviderFailedError)
    return kind(problem.message, hint=problem.hint, job_id=task.job_id, request_id=request_id)
