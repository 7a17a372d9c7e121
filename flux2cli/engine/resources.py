"""What all runs of one engine share, and how they are stopped."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from flux2cli.core.job.throttle import SubmitThrottle
from flux2cli.edges.http import Http
from flux2cli.edges.ledger import Ledger
from flux2cli.engine.in_flight import InFlight
from flux2cli.events import Event


class Stopped(Exception):  # noqa: N818 - not an error: the user said stop
    """The engine was stopped; the job's ledger row has the state in which it was left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Network, ledger, listener and clock of an engine, its throttle, and the switch that stops it.

    `clock` counts seconds and only grows. `listen` is called from any thread.
    """

    http: Http
    ledger: Ledger
    clock: Callable[[], float]
    listen: Callable[[Event], None]
    stop: threading.Event = field(default_factory=threading.Event)
    in_flight: InFlight = field(default_factory=InFlight)
    throttle: SubmitThrottle = field(default_factory=SubmitThrottle)

    def check_stop(self) -> None:
        """Stopped when the engine is stopped."""
        if self.stop.is_set():
            raise Stopped

    def pause(self, seconds: float) -> None:
        """Let `seconds` pass; Stopped as soon as the engine is stopped."""
        if self.stop.wait(seconds):
            raise Stopped

    def take_turn(self) -> None:
        """Wait until the throttle allows one more submit; Stopped as soon as the engine is stopped."""
        while wait := self.throttle.turn(self.clock()):
            self.pause(wait)
