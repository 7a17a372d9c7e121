"""Runs work in a daemon thread while the main thread shows events and hears signals.

A daemon, because joining a worker that sits in a read would hold Ctrl-C back for as long as the read's timeout.
"""

import signal
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from flux2cli.engine.engine import Engine
from flux2cli.engine.event_queue import EventQueue
from flux2cli.errors import InterruptedRunError
from flux2cli.events import Event

T = TypeVar("T")


class _Outcome(Generic[T]):
    """What the work returns or raises; there before the queue says that it ended."""

    result: T
    error: BaseException | None = None

    def value(self) -> T:
        if self.error is not None:
            raise self.error
        return self.result


class _Signalled(KeyboardInterrupt):
    """A signal that ends the run as Ctrl-C does, with an exit code of its own."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = 128 + number


def supervise(
    engine: Engine,
    events: EventQueue,
    work: Callable[[], T],
    show: Callable[[Event], None],
    tick: Callable[[], None] | None = None,
    *,
    hint: str | None = None,
) -> T:
    """The result of `work`, or what it raised. `show` gets its events in this thread, which calls `tick` meanwhile.

    `events` is the queue that the engine was given as its listener.

    InterruptedRunError on Ctrl-C (130), SIGTERM (143) and SIGHUP (129, the terminal is gone); a closed stdout met by
    `show` or `work` ends like Ctrl-C (141). `hint` says how to go on, where that is not by collecting the jobs.
    """
    outcome = _Outcome[T]()
    threading.Thread(target=_run, args=(work, outcome, events), daemon=True, name="flux2-worker").start()
    restore = _hear_signals()
    try:
        while True:
            try:
                event = events.get(timeout=engine.patience.tick if tick else None)
            except TimeoutError:
                if tick:
                    tick()
                continue
            if event is None:
                return outcome.value()
            show(event)
    except BrokenPipeError:
        engine.stop.set()
        _let_replies_in(engine)
        raise _interrupted(engine, 141, "The reader of stdout is gone.", hint) from None
    except KeyboardInterrupt as error:
        engine.stop.set()
        _let_replies_in(engine)
        for event in events.rest():  # saved images are shown, and counted
            show(event)
        code = error.exit_code if isinstance(error, _Signalled) else 130
        raise _interrupted(engine, code, "Interrupted.", hint) from None
    finally:
        restore()


def _run(work: Callable[[], T], outcome: _Outcome[T], events: EventQueue) -> None:
    try:
        outcome.result = work()
    except BaseException as error:  # noqa: BLE001 - carried to the main thread, which raises it
        outcome.error = error
    events.end()


def _hear_signals() -> Callable[[], None]:
    """Have SIGTERM and SIGHUP raise in the main thread; the way back to how it was. `nohup` stays in force."""
    if threading.current_thread() is not threading.main_thread():
        return lambda: None

    def stop(number: int, _frame: object) -> None:
        raise _Signalled(number)

    heard = [n for n in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(n) is not signal.SIG_IGN]
    before = [(number, signal.signal(number, stop)) for number in heard]

    def restore() -> None:
        for number, handler in before:
            signal.signal(number, handler)

    return restore


def _let_replies_in(engine: Engine) -> None:
    """Give submits on the wire up to `patience.grace` seconds; a second Ctrl-C ends that at once."""
    until = time.monotonic() + engine.patience.grace
    try:
        while engine.replies_out() and time.monotonic() < until:
            time.sleep(0.02)
    except KeyboardInterrupt:
        pass


def _interrupted(engine: Engine, code: int, what: str, hint: str | None) -> InterruptedRunError:
    engine.stop.set()
    jobs, lost = engine.in_flight(), engine.replies_out()
    if jobs:
        hint = hint or f"`flux2 jobs wait {' '.join(jobs)}` goes on and saves"
        return InterruptedRunError(f"{what} Still at the provider: {', '.join(jobs)}.", exit_code=code, hint=hint)
    if lost:
        names = ", ".join(lost)
        return InterruptedRunError(
            f"{what} The reply to a submit is still out: whether {names} was accepted is not known.",
            exit_code=code,
            hint=f"`flux2 jobs show {lost[0]}` says more; nothing sends it again by itself",
        )
    return InterruptedRunError(f"{what} Nothing is in flight.", exit_code=code, hint=hint)
