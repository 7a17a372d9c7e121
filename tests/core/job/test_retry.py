"""The numbers of every retry, literally."""

import pytest

from flux2cli.core.job import retry
from flux2cli.core.job.retry import FreeRequest
from flux2cli.wire import FailureKind, HttpFailure

REFUSED = HttpFailure(kind="connect", sent="no", message="refused")


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 599])
def test_these_statuses_hide_whether_a_submit_was_accepted(status: int) -> None:
    assert retry.hides_outcome(status)
    assert retry.is_temporary(status)


@pytest.mark.parametrize("status", [200, 301, 400, 401, 403, 404, 409, 422, 429, 499])
def test_no_other_status_hides_it(status: int) -> None:
    assert not retry.hides_outcome(status)
    assert retry.is_temporary(status) == (status == 429)


def test_a_proxy_that_wants_a_login_has_passed_nothing_on() -> None:
    assert not retry.hides_outcome(407)
    assert retry.is_temporary(407)


@pytest.mark.parametrize("status", [302, 303])
def test_a_redirect_to_what_came_of_a_submit_hides_whether_it_was_accepted(status: int) -> None:
    assert retry.hides_outcome(status)
    assert not retry.is_temporary(status)


def test_a_result_is_read_until_the_deadline() -> None:
    assert [retry.after_result(attempt, None, 0.5) for attempt in (1, 2, 5, 6, 100)] == [0.5, 1.0, 8.0, 10.0, 10.0]
    assert [retry.after_result(6, left, 0.5) for left in (11.0, 5.0, 0.0, -1.0)] == [10.0, 4.0, None, None]


def test_the_last_look_before_a_deadline_has_time_for_its_response() -> None:
    lefts = (None, 7.0, 5.0, 4.5, 4.0, 2.0, 0.2, 0.1, 0.09, 0.0, -1.0)

    waits = [retry.before_deadline(5.0, left) for left in lefts]

    assert waits == pytest.approx([5.0, 5.0, 4.0, 3.5, 3.0, 1.5, 0.15, 0.075, None, None, None])
    assert [retry.before_deadline(0.0, left) for left in (None, 9.0, 0.0)] == [0.0, 0.0, None]


@pytest.mark.parametrize(
    ("request_", "waits"),
    [
        ("lookup", [0.5, 1.0, None]),
        ("cancel", [0.5, 1.0, 2.0, None]),
        ("upload", [0.5, 1.0, 2.0, 4.0, None]),
    ],
)
def test_a_free_request_is_sent_so_often(request_: FreeRequest, waits: list[float | None]) -> None:
    assert [retry.after_free(request_, attempt, None, 0.5) for attempt in range(1, len(waits) + 1)] == waits


def test_a_free_request_is_not_sent_again_after_the_deadline() -> None:
    lefts = (1.1, 1.0, 0.9, 0.0, -1.0)

    assert [retry.after_free("upload", 2, left, 0.5) for left in lefts] == [1.0, 1.0, None, None, None]


def test_jitter_spreads_a_wait_by_a_quarter_and_ten_seconds_are_the_most() -> None:
    assert [retry.backoff(1, jitter) for jitter in (0.0, 0.5, 1.0)] == [0.4375, 0.5, 0.5625]
    assert retry.backoff(1000, 0.5) == 10.0


def test_a_submit_that_was_not_sent_is_tried_again_within_thirty_seconds() -> None:
    assert retry.after_unsent(REFUSED, 1, 29.5, 0.5) == 0.5
    assert retry.after_unsent(REFUSED, 1, 29.51, 0.5) is None


@pytest.mark.parametrize("kind", ["unresolvable", "certificate", "local"])
def test_what_half_a_minute_will_not_mend_is_given_up_at_once(kind: FailureKind) -> None:
    assert retry.after_unsent(HttpFailure(kind=kind, sent="no", message="no"), 1, 0.0, 0.5) is None


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "7", "retry-after-ms": "250"}, 0.25),
        ({"retry-after": "Thu, 01 Jan 1970 00:01:00 GMT"}, 20.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, 1.0),
        ({"retry-after": "\u00b2"}, 1.0),
        ({"retry-after": "\u0667"}, 1.0),
        ({"retry-after-ms": "\u00b2", "retry-after": "7"}, 7.0),
        ({"retry-after": "-7"}, 1.0),
        ({"retry-after": "nan"}, 1.0),
        ({"retry-after": "inf"}, 1.0),
        ({"retry-after": "9" * 400}, 31_536_000.0),
        ({"retry-after-ms": "9" * 400}, 31_536_000.0),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 -2359"}, 31_536_000.0),
        ({}, 1.0),
    ],
)
def test_a_limit_is_waited_out_as_the_provider_says_or_for_a_second(headers: dict[str, str], wait: float) -> None:
    assert retry.after_limit(headers, 1, None, 40.0, 0.5) == wait
    assert retry.after_limit(headers, 1, wait, 40.0, 0.5) == wait
    assert retry.after_limit(headers, 1, wait - 0.01, 40.0, 0.5) is None


def test_downloads_are_tried_five_times_and_a_wrong_response_twice() -> None:
    assert [retry.download_wait(n, lasting=False) for n in range(1, 6)] == [0.5, 2.0, 6.0, 12.0, None]
    assert [retry.download_wait(n, lasting=True) for n in (1, 2)] == [0.5, None]
