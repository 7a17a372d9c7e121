"""The pace of submits: named times to wait, and a gap that grows with refusals and eases with success."""

import pytest

from flux2cli.core.job.throttle import SubmitThrottle


def test_an_undisturbed_pace_never_waits() -> None:
    pace = SubmitThrottle()

    assert [pace.turn(1.0) for _ in range(1000)] == [0.0] * 1000


def test_a_named_time_holds_everybody() -> None:
    pace = SubmitThrottle()
    pace.refused(sent=10.0, now=10.1, hold=3.0)

    assert pace.turn(11.0) == pytest.approx(2.1)
    assert pace.turn(13.2) == 0.0


def test_a_shorter_time_does_not_end_a_longer_one() -> None:
    pace = SubmitThrottle()
    pace.refused(sent=10.0, now=10.1, hold=3.0)
    pace.refused(sent=10.0, now=10.2, hold=1.0)
    pace.refused(sent=10.0, now=10.3)

    assert pace.turn(11.0) == pytest.approx(2.1)


def test_each_burst_of_refusals_doubles_the_gap_once() -> None:
    pace = SubmitThrottle()
    for _ in range(20):
        pace.refused(sent=10.0, now=10.1)  # all of one burst
    assert pace.turn(10.1) == pytest.approx(0.05)
    assert pace.turn(10.2) == 0.0
    assert pace.turn(10.2) == pytest.approx(0.05)  # turns are a gap apart from now on

    pace.refused(sent=10.2, now=10.3)
    assert pace.turn(10.3) == pytest.approx(0.1)


def test_the_gap_has_an_end_and_eases_with_success() -> None:
    pace = SubmitThrottle()
    for n in range(30):
        pace.refused(sent=float(n), now=n + 0.5)
    assert pace.turn(29.5) == pytest.approx(5.0)
    for _ in range(40):
        pace.accepted()

    assert pace.turn(100.0) == 0.0
    assert pace.turn(100.0) == 0.0
