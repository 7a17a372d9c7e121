"""What supervision does with work, events and interruptions, inside this process and without a network."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.scripted_http import ScriptedHttp

from flux2cli.edges.ledger import Ledger
from flux2cli.engine import Engine, EventQueue, Patience, supervise
from flux2cli.errors import InterruptedRunError, UsageError
from flux2cli.events import Event, Noted

Work = Callable[[], object]


class Supervised:
    """An engine without jobs, its queue, and what was shown in which thread."""

    def __init__(self, folder: Path) -> None:
        self.ledger = Ledger(folder, now=lambda: datetime.now(UTC))
        self.events = EventQueue()
        self.engine = Engine(
            http=ScriptedHttp(), ledger=self.ledger, now=lambda: datetime.now(UTC), listen=self.events.put,
            patience=Patience(grace=0.3, tick=0.01),
        )  # fmt: skip
        self.shown: list[str] = []
        self.raising: dict[str, BaseException] = {}
        self.ticks = 0

    def say(self, *texts: str) -> None:
        """As a part of the engine does, from any thread."""
        for text in texts:
            self.engine.listen(Noted(job_id=None, text=text))

    def show(self, event: Event) -> None:
        assert threading.current_thread() is threading.main_thread()
        assert isinstance(event, Noted)
        self.shown.append(event.text)
        if event.text in self.raising:
            raise self.raising[event.text]

    def tick(self) -> None:
        self.ticks += 1

    def run(self, work: Work, *, hint: str | None = None) -> object:
        return supervise(self.engine, self.events, work, self.show, self.tick, hint=hint)

    def interrupted(self, work: Work, *, hint: str | None = None) -> InterruptedRunError:
        with pytest.raises(InterruptedRunError) as raised:
            self.run(work, hint=hint)
        return raised.value


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Supervised]:
    made = Supervised(tmp_path)
    yield made
    made.engine.stop.set()
    made.ledger.close()


def test_the_result_comes_after_all_events(rig: Supervised) -> None:
    def work() -> int:
        rig.say("one", "two")
        return 5

    assert rig.run(work) == 5
    assert rig.shown == ["one", "two"]


def test_an_error_of_the_work_comes_after_its_events(rig: Supervised) -> None:
    def work() -> None:
        rig.say("one")
        raise UsageError("No.")

    with pytest.raises(UsageError):
        rig.run(work)
    assert rig.shown == ["one"]


def test_one_piece_of_work_follows_another(rig: Supervised) -> None:
    assert [rig.run(lambda: 1), rig.run(lambda: 2)] == [1, 2]


def test_while_nothing_happens_the_view_is_drawn_again(rig: Supervised) -> None:
    rig.run(lambda: time.sleep(0.1))

    assert rig.ticks >= 2


def test_ctrl_c_stops_the_engine_and_waits_for_no_work_that_is_not_a_submit(rig: Supervised) -> None:
    rig.raising["one"] = KeyboardInterrupt()

    def work() -> None:
        rig.say("one")
        time.sleep(5)

    began = time.monotonic()
    error = rig.interrupted(work)

    assert time.monotonic() - began < 1
    assert rig.engine.stop.is_set()
    assert (error.exit_code, error.message) == (130, "Interrupted. Nothing is in flight.")


def test_ctrl_c_waits_for_the_response_to_a_submit_and_shows_what_happened_meanwhile(rig: Supervised) -> None:
    rig.raising["one"] = KeyboardInterrupt()
    in_flight = rig.engine._resources.in_flight
    in_flight.announce("abcd2345")

    def work() -> None:
        rig.say("one")
        rig.engine.stop.wait()
        time.sleep(0.1)
        rig.say("two", "three")
        in_flight.accept("abcd2345")

    error = rig.interrupted(work)

    assert rig.shown == ["one", "two", "three"]
    assert error.message == "Interrupted. Still at the provider: abcd2345."
    assert error.hint == "`flux2 jobs wait abcd2345` goes on and saves"


def test_the_wait_for_a_response_ends_with_the_grace(rig: Supervised) -> None:
    rig.raising["one"] = KeyboardInterrupt()
    rig.engine._resources.in_flight.announce("abcd2345")

    began = time.monotonic()
    error = rig.interrupted(lambda: rig.say("one"))

    assert 0.3 <= time.monotonic() - began < 1.5
    assert "whether abcd2345 was accepted is not known" in error.message


def test_the_hint_of_the_run_goes_before_that_of_its_jobs(rig: Supervised) -> None:
    rig.raising["one"] = KeyboardInterrupt()
    rig.engine._resources.in_flight.accept("abcd2345")

    assert rig.interrupted(lambda: rig.say("one"), hint="type it again").hint == "type it again"


def test_after_a_closed_stdout_every_event_still_counts(rig: Supervised) -> None:
    rig.raising = {"one": BrokenPipeError(), "two": BrokenPipeError()}

    error = rig.interrupted(lambda: rig.say("one", "two", "three"))

    assert rig.shown == ["one", "two", "three"]
    assert (error.exit_code, error.message) == (141, "The reader of stdout is gone. Nothing is in flight.")


def test_a_closed_stdout_that_the_work_meets_ends_the_run_as_well(rig: Supervised) -> None:
    def work() -> None:
        raise BrokenPipeError

    assert rig.interrupted(work).exit_code == 141


def test_signals_are_handled_from_before_the_work_begins(rig: Supervised, monkeypatch: pytest.MonkeyPatch) -> None:
    class SlowStart(threading.Thread):
        def start(self) -> None:
            super().start()
            time.sleep(0.05)

    monkeypatch.setattr(sys.modules["flux2cli.engine.supervise"].threading, "Thread", SlowStart)
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)]

    during = rig.run(lambda: [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)])

    assert isinstance(during, list)
    assert not set(during) & {signal.SIG_DFL, *before}
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)] == before


def test_ctrl_c_while_the_work_begins_stops_the_engine(rig: Supervised, monkeypatch: pytest.MonkeyPatch) -> None:
    class InterruptedStart(threading.Thread):
        def start(self) -> None:
            super().start()
            raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["flux2cli.engine.supervise"].threading, "Thread", InterruptedStart)

    assert rig.interrupted(rig.engine.stop.wait).exit_code == 130


def test_a_second_ctrl_c_ends_the_wait_at_once(rig: Supervised, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.raising["one"] = KeyboardInterrupt()
    rig.engine._resources.in_flight.announce("abcd2345")
    looks: list[float] = []

    def again(seconds: float) -> None:
        looks.append(seconds)
        raise KeyboardInterrupt

    clock = SimpleNamespace(monotonic=time.monotonic, sleep=again)
    monkeypatch.setattr(sys.modules["flux2cli.engine.supervise"], "time", clock)
    error = rig.interrupted(lambda: rig.say("one"))

    assert (len(looks), error.exit_code) == (1, 130)
