"""The queue of events: their order, the end of the work, and what waits when it was interrupted."""

import pytest

from flux2cli.engine.event_queue import EventQueue
from flux2cli.events import Queued, Submitted

FIRST, SECOND = Submitted(job_id="a", request_id="r-1"), Queued(job_id="a", position=3)


def test_events_come_in_order_and_the_end_comes_last() -> None:
    queue = EventQueue()
    queue.put(FIRST)
    queue.put(SECOND)
    queue.end()

    assert [queue.get(), queue.get(), queue.get()] == [FIRST, SECOND, None]


def test_waiting_for_nothing_ends() -> None:
    with pytest.raises(TimeoutError):
        EventQueue().get(timeout=0.001)


def test_the_rest_is_what_waits_without_the_end() -> None:
    queue = EventQueue()
    queue.put(FIRST)
    queue.end()
    queue.put(SECOND)

    assert list(queue.rest()) == [FIRST, SECOND]
    assert list(queue.rest()) == []
