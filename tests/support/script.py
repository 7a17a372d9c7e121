"""Plays a flow against scripted answers: no clock, no socket."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flux2cli.core.job.flow import EffectResult, Emit, Flow, JobContext, NextEvent, Send, Sleep, UpdateLedger
from flux2cli.errors import Flux2Error
from flux2cli.events import Event
from flux2cli.providers.registry import provider_named
from flux2cli.wire import HttpFailure, HttpResponse, Secret, Target

T = TypeVar("T")


@dataclass
class Played:
    """What a flow did: its requests, waits (seconds), ledger changes and events, and how it ended."""

    sends: list[Send | NextEvent] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    result: Any = None
    error: Flux2Error | None = None

    @property
    def paid(self) -> int:
        return sum(isinstance(send, Send) and send.paid for send in self.sends)

    @property
    def states(self) -> list[str]:
        return [change["state"] for change in self.changes if "state" in change]


def play(steps: Flow[Any], answers: Iterable[HttpResponse | HttpFailure], *, clock: float = 0.0) -> Played:
    """Feed the answers to the flow's sends, in order; waits move the clock. An answer too few is a StopIteration."""
    played, script = Played(), iter(answers)
    answer: EffectResult = None
    try:
        while True:
            step = steps.send(answer)
            answer = None
            match step:
                case Send() | NextEvent():
                    played.sends.append(step)
                    given = next(script)
                    answer = type(given)(**{**{n: getattr(given, n) for n in given.__slots__}, "at": clock})
                case Sleep(seconds=seconds):
                    played.waits.append(seconds)
                    clock += seconds
                case UpdateLedger(changes=changes):
                    played.changes.append(dict(changes))
                case Emit(event=event):
                    played.events.append(event)
    except StopIteration as end:
        played.result = end.value
    except Flux2Error as error:
        played.error = error
    assert next(script, None) is None, "the flow sent fewer requests than scripted"
    return played


def fal_task(*, timeout: float | None = None, base: str | None = None, streams: int = 0) -> JobContext:
    return JobContext(
        job_id="abcd2345",
        provider=provider_named("fal"),
        endpoint="fal-ai/flux-2/flash",
        target=Target(base=base, key=Secret("id:secret")),
        timeout=timeout,
        streams=streams,
    )
