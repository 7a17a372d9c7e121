"""Runs work in a daemon thread while the main thread shows events and handles signals.

A daemon, because joining a worker that sits in a read would delay Ctrl-C by the read's timeout.
"""

import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

from flux2cli.engine.engine import Engine
from flux2cli.engine.event_queue import EventQueue
from flux2cli.errors import InterruptedRunError
from flux2cli.events import Event

T = TypeVar("T")


class _Outcome(Generic[T]):
    """What the work returns or raises, set before the queue has the end of the work."""

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
    """Run `work` in a thread and show its events in this one; returns its result or raises its error.

    `events` is the queue whose `put` is the engine's listener. `show` gets every event; `tick` is called in between.
    InterruptedRunError on Ctrl-C (130), SIGTERM (143), SIGHUP (129, the terminal is gone) and when `show` or `work`
    finds stdout closed (141). `hint` says how to go on, if not by waiting for the jobs.
    """
    outcome = _Outcome[T]()
    worker = threading.Thread(target=_run, args=(work, outcome, events), daemon=True, name="flux2-worker")
    restore = _handle_signals()
    try:
        worker.start()  # in here: a signal that comes while it starts must not end the process under a submit
        while (event := _next_event(events, tick, engine.patience.tick)) is not None:
            show(event)
        return outcome.value()
    except BrokenPipeError:
        _stop(engine, events, show)
        raise _interrupted(engine, 141, "The reader of stdout is gone.", hint) from None
    except KeyboardInterrupt as error:
        _stop(engine, events, show)
        code = error.exit_code if isinstance(error, _Signalled) else 130
        raise _interrupted(engine, code, "Interrupted.", hint) from None
    finally:
        restore()


def _next_event(events: EventQueue, tick: Callable[[], None] | None, seconds: float) -> Event | None:
    """The next event, None at the end of the work; calls `tick` after every `seconds` without one."""
    while True:
        try:
            return events.get(timeout=seconds if tick else None)
        except TimeoutError:
            if tick:
                tick()


def _run(work: Callable[[], T], outcome: _Outcome[T], events: EventQueue) -> None:
    try:
        outcome.result = work()
    except BaseException as error:  # noqa: BLE001 - carried to the main thread, which raises it
        outcome.error = error
    events.end()


def _handle_signals() -> Callable[[], None]:
    """Make SIGTERM and SIGHUP raise in the main thread; returns the undo. Ignored signals stay ignored."""
    if threading.current_thread() is not threading.main_thread():
        return lambda: None

    def stop(number: int, _frame: object) -> None:
        raise _Signalled(number)

    handled = [n for n in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(n) is not signal.SIG_IGN]
    before = [(number, signal.signal(number, stop)) for number in handled]

    def restore() -> None:
        for number, handler in before:
            signal.signal(number, handler)

    return restore


def _stop(engine: Engine, events: EventQueue, show: Callable[[Event], None]) -> None:
    """Stop the engine, wait for outstanding responses, and show the events until then, so that they count."""
    engine.stop.set()
    _await_responses(engine)
    for event in events.rest():
        with suppress(BrokenPipeError):
            show(event)


def _await_responses(engine: Engine) -> None:
    """Wait up to `patience.grace` seconds for the responses to submits on the wire, so that none becomes unknown.

    A second Ctrl-C ends the wait.
    """
    until = time.monotonic() + engine.patience.grace
    try:
        while engine.responses_out() and time.monotonic() < until:
            time.sleep(0.02)
    except KeyboardInterrupt:
        pass


def _interrupted(engine: Engine, code: int, what: str, hint: str | None) -> InterruptedRunError:
    jobs, lost = engine.in_flight(), engine.responses_out()
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
