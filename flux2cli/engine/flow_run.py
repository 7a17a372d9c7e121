"""Drives flows that belong to no job: sends their requests, sleeps, reports."""

from dataclasses import replace
from typing import TypeVar, cast

from flux2cli.core.images.data_urls import OpenSink
from flux2cli.core.job import flow
from flux2cli.engine.resources import Resources, Stopped
from flux2cli.wire import HttpFailure, HttpRequest, HttpResponse

T = TypeVar("T")


class FlowRun:
    """Performs the effects of one flow at a time. It sends free requests only and records nothing, unlike JobRun."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._started = 0.0
        self._timeout: float | None = None

    def drive(self, steps: flow.Flow[T], *, timeout: float | None = None) -> T:
        """Run the flow; returns its result, raises its error, or Stopped when the engine is stopped first.

        Every request of the flow is over `timeout` seconds from now, None for no limit.
        """
        self._started, self._timeout = self._resources.clock(), timeout
        result: flow.EffectResult = None
        while True:
            try:
                effect = steps.send(result)
            except StopIteration as end:
                return cast("T", end.value)
            result = self._perform(effect)

    def left(self) -> float | None:
        """Seconds until the deadline of the last flow, at least 0; None when it had none."""
        if self._timeout is None:
            return None
        return max(0.0, self._started + self._timeout - self._resources.clock())

    def _perform(self, effect: flow.Effect) -> flow.EffectResult:
        match effect:
            case flow.Send(paid=False):
                return self._send_free(effect.call)
            case flow.Sleep():
                self._resources.pause(effect.seconds)
            case flow.Emit():
                self._resources.listen(effect.event)
            case _:
                raise TypeError(f"a flow without a job asks for {effect}")
        return None

    def _send_free(self, call: HttpRequest, spool: OpenSink | None = None) -> HttpResponse | HttpFailure:
        """Send a free request.

        After a stop this goes on while any submit is on the wire: the request may be needed to learn its outcome.
        """
        resources = self._resources
        if resources.stop.is_set() and not resources.in_flight.responses_out():
            raise Stopped
        return self._timed(resources.http.send(call, seconds=self.left(), spool=spool))

    def _timed(self, result: HttpResponse | HttpFailure) -> HttpResponse | HttpFailure:
        """The result with its time, in seconds since the flow began."""
        return replace(result, at=self._resources.clock() - self._started)
