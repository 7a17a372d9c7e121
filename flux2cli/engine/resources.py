"""The resources that all runs of one engine share, and the switch that stops them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from flux2cli.core.job.throttle import SubmitThrottle
from flux2cli.edges.http import Http
from flux2cli.edges.ledger import Ledger
from flux2cli.engine.in_flight import InFlight
from flux2cli.engine.patience import Patience
from flux2cli.events import Event


def no_log(_: BaseException) -> str:
    """Writes nothing; returns the clause that says so."""
    return "it is in no log"


class Stopped(Exception):  # noqa: N818 - not an error: the user said stop
    """The engine was stopped; the job's ledger row has its last state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Network, ledger, listener and clock of an engine, its throttle, and the switch that stops it.

    `clock` is a monotonic clock in seconds. `listen` is called from any thread. `log` writes an unexpected
    error to a file and returns a clause that names it.
    """

    http: Http
    ledger: Ledger
    clock: Callable[[], float]
    listen: Callable[[Event], None]
    log: Callable[[BaseException], str] = no_log
    patience: Patience = field(default_factory=Patience)
    stop: threading.Event = field(default_factory=threading.Event)
    in_flight: InFlight = field(default_factory=InFlight)
    throttle: SubmitThrottle = field(default_factory=SubmitThrottle)

    def check_stop(self) -> None:
        """Raise Stopped when the engine is stopped."""
        if self.stop.is_set():
            raise Stopped

    def pause(self, seconds: float) -> None:
        """Sleep for `seconds`; raises Stopped as soon as the engine is stopped."""
        if self.stop.wait(seconds):
            raise Stopped

    def take_turn(self) -> None:
        """Wait until the throttle allows one more submit; raises Stopped as soon as the engine is stopped."""
        while wait := self.throttle.turn(self.clock()):
            self.pause(wait)
