"""One running job: how often its paid request goes out, whatever comes between, and what the ledger says then."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.ledger_child import a_row
from support.script import fal_task
from support.scripted_http import BUSY, DONE, LOST, REFUSED, TAKEN, WORKING, Result, ScriptedHttp

from flux2cli.core.batch.claims import RowClaim, RowTaken
from flux2cli.core.job import flow
from flux2cli.core.job.flow import Emit, Flow, NextEvent, Send, Sleep, UpdateLedger
from flux2cli.core.job.job import Job
from flux2cli.core.job.spec import JobSpec
from flux2cli.core.request.build import build_request
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.route import choose_route
from flux2cli.edges.ledger import Ledger
from flux2cli.engine.flow_run import FlowRun
from flux2cli.engine.job_run import JobRun, begin_job
from flux2cli.engine.resources import Resources, Stopped
from flux2cli.errors import BudgetError, InternalError, NetworkSettingError, UnknownOutcomeError
from flux2cli.events import Event, Noted, Submitted
from flux2cli.wire import Accepted, HttpRequest, HttpResponse, Target

POST = HttpRequest(method="POST", url="http://127.0.0.1:9/queue/fal-ai/flux-2/flash", body=b"{}", fresh=True)
GET = HttpRequest(method="GET", url="http://127.0.0.1:9/status")
OUTPUT = Output(directory="/nowhere", name="{slug}.{ext}")
REQUEST = build_request(choose_route("flash", "fal", "text"), {"prompt": "a fox"})
SPEC = JobSpec(request=REQUEST, target=Target(base=None, key=None), output=OUTPUT)
HIDDEN = HttpResponse(status=500, body=b'{"detail": "boom"}', headers={"x-fal-request-id": "r-9"})

Hook = Callable[[str], None]


class HookedLedger(Ledger):
    """A ledger that calls `hook` with what it has just written: `begin`, or a state."""

    hook: Hook = staticmethod(lambda _: None)

    def begin(self, job: Job, **terms: Any) -> Job:
        begun = super().begin(job, **terms)
        self.hook("begin")
        return begun

    def record(self, job_id: str, **changes: Any) -> None:
        super().record(job_id, **changes)
        self.hook(str(changes.get("state")))


@pytest.fixture
def ledger(tmp_path: Path, short_waits: None) -> Iterator[HookedLedger]:  # noqa: ARG001 - it is a fixture
    books = HookedLedger(tmp_path, now=lambda: datetime.now(UTC))
    yield books
    books.close()


def resources(ledger: Ledger, *posts: Result, gets: tuple[Result, ...] = (WORKING,), **more: Any) -> Resources:
    http = ScriptedHttp(posts or (TAKEN,), gets, events=more.pop("events", ()), on_send=more.pop("on_send", _nothing))
    return Resources(http=http, ledger=ledger, clock=time.monotonic, listen=more.pop("listen", _nothing))


def _nothing(_: object) -> None:
    pass


def posts(shared: Resources) -> int:
    assert isinstance(shared.http, ScriptedHttp)
    return shared.http.posts


def submit(shared: Resources) -> Accepted:
    """Begin a job and submit it, as the engine does."""
    with begin_job(shared, a_row("k1"), SPEC) as run:
        return run.submit(flow.submit(fal_task(), POST))


def states(ledger: Ledger) -> list[str]:
    return [job.state for job in ledger.jobs()]


# --- the paid request ----------------------------------------------------------------------------------------------


def test_a_submit_goes_out_once_and_its_response_is_recorded(ledger: HookedLedger) -> None:
    shared: Resources = resources(ledger)

    assert submit(shared).request_id == "r-1"
    assert (posts(shared), states(ledger)) == (1, ["submitted"])


@pytest.mark.parametrize(("timeout", "seconds"), [(None, None), (0.0, 2.0), (0.1, 2.0), (1.5, 2.0), (600.0, 600.0)])
def test_a_submit_has_two_seconds_at_least_so_that_a_short_deadline_makes_no_unknown_job(
    ledger: HookedLedger, timeout: float | None, seconds: float | None
) -> None:
    shared: Resources = resources(ledger)

    with begin_job(shared, a_row("k1"), SPEC) as run:
        run.submit(flow.submit(fal_task(), POST), timeout=timeout)

    assert isinstance(shared.http, ScriptedHttp)
    assert shared.http.seconds == [pytest.approx(seconds, abs=1.0) if timeout == 600.0 else seconds]


def _broken_after() -> Flow[None]:
    yield Send(call=POST, paid=True)
    raise ImportError


def _twice() -> Flow[None]:
    yield Send(call=POST, paid=True)
    yield Send(call=POST, paid=True)


def _again_as_not_sent() -> Flow[None]:
    yield Send(call=POST, paid=True)
    yield UpdateLedger(changes={"state": "not-sent"})
    yield Send(call=POST, paid=True)


def _after_acceptance() -> Flow[None]:
    yield Send(call=POST, paid=True)
    yield UpdateLedger(changes={"state": "submitted", "request_id": "r-1"})
    yield Send(call=POST, paid=True)


@pytest.mark.parametrize("steps", [_twice, _again_as_not_sent, _after_acceptance])
def test_a_flow_that_asks_for_a_second_submit_without_a_new_intent_does_not_get_it(
    ledger: HookedLedger, steps: Callable[[], Flow[None]]
) -> None:
    shared: Resources = resources(ledger)

    with begin_job(shared, a_row("k1"), SPEC) as run, pytest.raises(InternalError, match="a second time; it was not"):
        run.drive(steps())

    assert posts(shared) == 1


def test_a_job_that_was_submitted_earlier_is_never_paid_for(ledger: HookedLedger) -> None:
    shared: Resources = resources(ledger)
    submit(shared)
    [job] = ledger.jobs()

    with JobRun(shared, job) as run, pytest.raises(InternalError):
        run.drive(flow.submit(fal_task(), POST))

    assert posts(shared) == 1


@pytest.mark.parametrize("error", [ImportError("no socksio"), NetworkSettingError("The proxy cannot be used.")])
def test_whatever_goes_wrong_before_the_request_leaves_the_job_not_sent(ledger: HookedLedger, error: Exception) -> None:
    shared: Resources = resources(ledger)
    raised = type(error) if isinstance(error, NetworkSettingError) else InternalError

    with pytest.raises(raised), begin_job(shared, a_row("k1"), SPEC):
        raise error

    assert (posts(shared), states(ledger), shared.in_flight.responses_out()) == (0, ["not-sent"], [])


def test_an_error_after_the_request_leaves_its_outcome_unknown(ledger: HookedLedger) -> None:
    shared: Resources = resources(ledger)

    with pytest.raises(InternalError) as raised, begin_job(shared, a_row("k1"), SPEC) as run:
        run.drive(_broken_after())

    ledger.recover()
    assert (raised.value.job_id, raised.value.halts) == (run.job_id, False)
    assert isinstance(raised.value.__cause__, ImportError)
    assert (posts(shared), states(ledger)) == (1, ["unknown"])


def test_a_job_on_record_that_another_run_is_submitting_stays_as_it_is(ledger: HookedLedger) -> None:
    shared: Resources = resources(ledger)
    job = ledger.begin(a_row("k1"))

    with JobRun(shared, job):
        pass

    assert ledger.get(job.job_id).state != "not-sent"


def test_what_was_turned_away_is_sent_again_after_a_new_intent(ledger: HookedLedger) -> None:
    shared: Resources = resources(ledger, BUSY, REFUSED, TAKEN)
    written: list[str] = []
    ledger.hook = written.append

    submit(shared)

    assert written == ["begin", "not-sent", "submitting", "not-sent", "submitting", "submitted"]
    assert posts(shared) == 3


def test_a_lost_response_is_unknown_and_sent_once(ledger: HookedLedger) -> None:
    shared: Resources = resources(ledger, LOST, TAKEN)

    with pytest.raises(UnknownOutcomeError):
        submit(shared)

    assert (posts(shared), states(ledger)) == (1, ["unknown"])
    assert shared.in_flight.responses_out() == []


def test_a_row_that_another_process_took_while_its_job_waited_is_not_sent_again(
    ledger: HookedLedger, tmp_path: Path
) -> None:
    shared: Resources = resources(ledger, BUSY, TAKEN)
    other = Ledger(tmp_path, now=lambda: datetime.now(UTC))
    spec = JobSpec(
        request=SPEC.request, target=SPEC.target, output=OUTPUT, claim=RowClaim.after(None, {"k1"}),
    )  # fmt: skip

    def take(state: str) -> None:
        if state == "not-sent":
            job = other.begin(a_row("k1"))
            other.record(job.job_id, state="submitted", request_id="r-2")

    ledger.hook = take
    with pytest.raises(RowTaken), begin_job(shared, a_row("k1"), spec) as run:
        run.submit(flow.submit(fal_task(), POST))
    other.close()

    assert posts(shared) == 1
    assert (shared.in_flight.responses_out(), shared.in_flight.submitted()) == ([], [])
    assert sorted(states(ledger)) == ["not-sent", "submitted"]


# --- a stop at any moment ------------------------------------------------------------------------------------------


def test_a_stop_before_the_intent_leaves_nothing(ledger: HookedLedger) -> None:
    shared: Resources = resources(ledger)
    shared.stop.set()

    with pytest.raises(Stopped):
        submit(shared)

    assert (posts(shared), states(ledger), shared.in_flight.responses_out()) == (0, [], [])


def test_a_stop_between_intent_and_submit_leaves_the_job_as_not_sent(ledger: HookedLedger) -> None:
    shared: Resources = resources(ledger)
    ledger.hook = lambda what: shared.stop.set() if what == "begin" else None

    with pytest.raises(Stopped):
        submit(shared)

    assert (posts(shared), states(ledger)) == (0, ["not-sent"])


@pytest.mark.parametrize("moment", ["POST", "not-sent", "Retrying", "submitting"])
def test_a_stop_while_a_submit_is_tried_again_never_sends_it_a_second_time(ledger: HookedLedger, moment: str) -> None:
    """`moment` is when the stop comes: with the first request out, at a record, or at an event."""

    def meet(what: str) -> None:
        if what == moment:
            shared.stop.set()

    shared: Resources = resources(
        ledger, BUSY, TAKEN, on_send=lambda request: meet(request.method), listen=lambda e: meet(type(e).__name__)
    )
    ledger.hook = meet

    with pytest.raises(Stopped):
        submit(shared)

    assert (posts(shared), states(ledger)) == (1, ["not-sent"])
    assert shared.in_flight.responses_out() == []


def test_a_stop_while_the_response_is_out_records_it_all_the_same(ledger: HookedLedger) -> None:
    shared: Resources = resources(ledger, on_send=lambda _: shared.stop.set())

    assert submit(shared).request_id == "r-1"
    assert (posts(shared), states(ledger)) == (1, ["submitted"])


def test_a_stop_while_an_error_is_looked_up_leaves_the_job_unknown(ledger: HookedLedger) -> None:
    missing = HttpResponse(status=404, body=b'{"status": "NOT_FOUND"}')
    shared: Resources = resources(
        ledger, HIDDEN, TAKEN, gets=(missing,), on_send=lambda r: shared.stop.set() if r.method == "GET" else None
    )

    with pytest.raises(Stopped):
        submit(shared)

    assert (posts(shared), states(ledger)) == (1, ["unknown"])


def test_a_stop_does_not_keep_a_submits_error_from_being_looked_up(ledger: HookedLedger) -> None:
    shared: Resources = resources(ledger, HIDDEN, gets=(WORKING,), on_send=lambda _: shared.stop.set())

    assert submit(shared).request_id == "r-9"
    assert (posts(shared), states(ledger)) == (1, ["submitted"])


def test_whoever_stops_and_sees_no_response_out_finds_no_submit_half_done(tmp_path: Path, short_waits: None) -> None:  # noqa: ARG001
    """The rule that Ctrl-C relies on: set stop, wait until no response is out, leave; nothing becomes unknown."""
    for number in range(25):
        ledger = HookedLedger(tmp_path / str(number), now=lambda: datetime.now(UTC))
        ledger.hook = lambda _: time.sleep(0.001)
        shared: Resources = resources(ledger, BUSY, TAKEN, on_send=lambda _: time.sleep(0.003))
        begun = threading.Barrier(5)

        def work(shared: Resources = shared, begun: threading.Barrier = begun) -> None:
            begun.wait()
            for key in range(20):
                job = a_row(f"k{threading.get_ident()}-{key}", request_key=f"{threading.get_ident()}-{key}")
                try:
                    with begin_job(shared, job, SPEC) as run:
                        run.submit(flow.submit(fal_task(), POST))
                except Stopped:
                    return

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        begun.wait()
        time.sleep(0.002 * number)
        shared.stop.set()
        until = time.monotonic() + 5
        while shared.in_flight.responses_out():
            assert time.monotonic() < until
        left, sent = states(ledger), posts(shared)
        for thread in threads:
            thread.join()

        assert set(left) <= {"submitted", "not-sent"}
        assert posts(shared) == sent, "nothing goes out afterwards"
        assert sent <= left.count("submitted") + 1, "the busy one counts twice"
        assert states(ledger) == left
        ledger.close()


# --- what is in flight ---------------------------------------------------------------------------------------------


def test_a_job_is_listed_from_before_its_intent_until_its_response_is_recorded(ledger: HookedLedger) -> None:
    seen: list[tuple[str, int, int]] = []

    def look(what: str) -> None:
        seen.append((what, len(shared.in_flight.responses_out()), len(shared.in_flight.submitted())))

    shared: Resources = resources(ledger, BUSY, TAKEN, on_send=lambda _: look("POST"))
    ledger.hook = look
    with begin_job(shared, a_row("k1"), SPEC) as run:
        run.submit(flow.submit(fal_task(), POST))
        look("accepted")

    assert seen == [
        ("begin", 1, 0), ("POST", 1, 0), ("not-sent", 1, 0), ("submitting", 1, 0), ("POST", 1, 0), ("submitted", 1, 0),
        ("accepted", 0, 1),
    ]  # fmt: skip
    look("end")
    assert seen[-1] == ("end", 0, 0)


def test_a_job_is_listed_before_its_thread_looks_whether_to_stop(ledger: HookedLedger) -> None:
    listed: list[int] = []

    class Switch(threading.Event):
        def is_set(self) -> bool:
            listed.append(len(shared.in_flight.responses_out()))
            return super().is_set()

    shared: Resources = replace(resources(ledger), stop=Switch())
    submit(shared)

    assert listed == [1, 1], "before the intent and before the request"


def test_what_is_stopped_before_it_is_sent_is_listed_until_that_is_recorded(ledger: HookedLedger) -> None:
    listed: list[list[str]] = []
    shared: Resources = resources(ledger)

    def look(_: str) -> None:
        shared.stop.set()
        listed.append(shared.in_flight.responses_out())

    ledger.hook = look
    with pytest.raises(Stopped):
        submit(shared)

    assert [len(ids) for ids in listed] == [1, 1]
    assert shared.in_flight.responses_out() == []


def test_a_job_is_listed_under_the_id_that_the_ledger_gave_it(ledger: HookedLedger) -> None:
    taken = ledger.begin(a_row("k0", request_key="other"))
    wanted = replace(a_row("k1"), job_id=taken.job_id)
    shared: Resources = resources(ledger)

    with begin_job(shared, wanted, SPEC) as run:
        assert run.job_id != taken.job_id
        assert shared.in_flight.responses_out() == [run.job_id]
        run.submit(flow.submit(fal_task(), POST))


def test_an_intent_that_the_ledger_refuses_leaves_nothing_in_flight(
    ledger: HookedLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> Job:
        raise BudgetError("Too much.")

    shared: Resources = resources(ledger)
    monkeypatch.setattr(ledger, "begin", refuse)

    with pytest.raises(BudgetError):
        submit(shared)

    assert (posts(shared), shared.in_flight.responses_out()) == (0, [])


@pytest.mark.parametrize(
    ("error", "listed"), [(None, 0), (InternalError("The disk is full."), 0), (Stopped(), 1), (BrokenPipeError(), 1)]
)
def test_a_job_that_is_left_at_the_provider_stays_listed_and_is_released(
    ledger: HookedLedger, error: BaseException | None, listed: int
) -> None:
    shared: Resources = resources(ledger)
    submit(shared)
    [job] = ledger.jobs()
    claimed = ledger.claim(job.job_id)
    assert claimed is not None

    with nullcontext() if error is None else pytest.raises(type(error)), JobRun(shared, claimed):
        assert shared.in_flight.submitted() == [job.job_id]
        if error is not None:
            raise error

    assert len(shared.in_flight.submitted()) == listed
    assert ledger.get(job.job_id).owner is None


# --- the state of a run --------------------------------------------------------------------------------------------


def test_the_job_has_what_was_recorded_of_it(ledger: HookedLedger) -> None:
    shared: Resources = resources(ledger)
    with begin_job(shared, a_row("k1"), SPEC) as run:
        run.submit(flow.submit(fal_task(), POST))

        assert (run.job.state, run.job.request_id) == ("submitted", "r-1")
        assert run.job.follow == ledger.get(run.job_id).follow


def test_a_stream_stays_open_between_events_and_is_closed_by_what_comes_next(ledger: HookedLedger) -> None:
    def steps() -> Flow[list[int]]:
        stream = NextEvent(call=GET, patience=1.0)
        seen = []
        for effect in (stream, Emit(event=Noted(job_id=None, text="x")), stream, Send(call=GET), stream, stream):
            result = yield effect
            seen.append(result.status if isinstance(result, HttpResponse) else 0)
        return seen

    shared: Resources = resources(ledger, events=(WORKING, DONE))
    run = JobRun(shared, a_row("k1"))
    seen = run.drive(steps())

    assert isinstance(shared.http, ScriptedHttp)
    assert seen == [202, 0, 200, 202, 202, 200]
    assert shared.http.streams == ["open", "closed", "open", "closed"]


def test_a_refusal_slows_all_submits_of_the_run_and_a_success_eases_them(ledger: HookedLedger) -> None:
    shared: Resources = resources(ledger)
    run = JobRun(shared, a_row("k1"))

    def refused() -> Flow[None]:
        yield Sleep(seconds=0.2, submit=True, everyone=True)

    began = time.monotonic()
    run.drive(refused())
    assert time.monotonic() - began >= 0.2
    assert shared.throttle.turn(time.monotonic()) > 0

    def accepted() -> Flow[None]:
        for _ in range(20):
            yield Emit(event=Submitted(job_id="a", request_id="r"))

    run.drive(accepted())
    assert shared.throttle.turn(time.monotonic() + 10) == 0
    assert shared.throttle.turn(time.monotonic() + 10) == 0


def test_times_are_seconds_since_the_flow_began(ledger: HookedLedger) -> None:
    times = iter([100.0, 101.5, 200.0, 200.25])
    shared = Resources(http=ScriptedHttp(), ledger=ledger, clock=lambda: next(times), listen=_nothing)

    def steps() -> Flow[float]:
        result = yield Send(call=GET)
        assert result is not None
        return result.at

    run = JobRun(shared, a_row("k1"))

    assert [run.drive(steps()), run.drive(steps())] == [1.5, 0.25]


# --- flows without a job -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("effect", [Send(call=POST, paid=True), UpdateLedger(changes={"state": "submitted"})])
def test_a_flow_without_a_job_can_neither_pay_nor_record(ledger: HookedLedger, effect: Send | UpdateLedger) -> None:
    def steps() -> Flow[None]:
        yield effect

    shared: Resources = resources(ledger)

    with pytest.raises(TypeError, match="without a job"):
        FlowRun(shared).drive(steps())

    assert posts(shared) == 0


def test_after_a_stop_a_free_request_goes_out_only_while_a_submit_is_out(ledger: HookedLedger) -> None:
    def steps() -> Flow[int]:
        result = yield Send(call=GET)
        return result.status if isinstance(result, HttpResponse) else 0

    shared: Resources = resources(ledger)
    shared.stop.set()
    with pytest.raises(Stopped):
        FlowRun(shared).drive(steps())

    shared.in_flight.announce("another")
    assert FlowRun(shared).drive(steps()) == 202


def test_events_reach_the_listener_of_the_engine(ledger: HookedLedger) -> None:
    heard: list[Event] = []
    shared: Resources = resources(ledger, listen=heard.append)

    submit(shared)

    assert [type(event).__name__ for event in heard] == ["Submitted"]
