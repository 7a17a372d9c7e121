"""The end of a submit, case by case: what is recorded, what is raised, and above all how often it was sent."""

import json

import pytest
from support.script import Played, fal_task, play

from flux2cli.core.job.flow import submit
from flux2cli.errors import UnknownOutcomeError
from flux2cli.wire import FailureKind, HttpFailure, HttpRequest, HttpResponse

CALL = HttpRequest(method="POST", url="https://queue.fal.run/fal-ai/flux-2/flash", body=b"{}", fresh=True)
TAKEN = HttpResponse(status=200, body=b'{"request_id": "r-1", "status": "IN_QUEUE"}')
REFUSED = HttpFailure(kind="connect", sent="no", message="no connection to queue.fal.run (refused)")


def run(*answers: HttpResponse | HttpFailure, timeout: float | None = None) -> Played:
    return play(submit(fal_task(timeout=timeout), CALL), answers)


def error(status: int, detail: object, **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(status=status, body=json.dumps({"detail": detail}).encode(), headers=named)


def test_an_accepted_job_is_on_record_before_anything_else_is_asked() -> None:
    played = run(TAKEN)

    assert played.paid == 1
    assert played.states == ["submitted"]
    assert played.changes[0]["request_id"] == "r-1"
    assert played.changes[0]["follow"] == {
        "status": "queue/fal-ai/flux-2/requests/r-1/status",
        "result": "queue/fal-ai/flux-2/requests/r-1",
        "cancel": "queue/fal-ai/flux-2/requests/r-1/cancel",
    }


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (HttpFailure(kind="timeout", sent="yes", message="no answer in time"), "no answer in time"),
        (HttpFailure(kind="broken", sent="yes", message="reset"), "reset"),
        (error(500, "boom"), "answered 500"),
        (error(502, "bad gateway"), "answered 502"),
        (error(504, "too late"), "answered 504"),
        (error(408, "too slow"), "answered 408"),
        (HttpResponse(status=200, body=b""), "names no request id"),
        (HttpResponse(status=200, body=b"<html>"), "names no request id"),
        (HttpResponse(status=200, body=b"{}"), "names no request id"),
        (HttpResponse(status=200, body=b"[]"), "names no request id"),
        (HttpResponse(status=200, body=b'{"request_id": ""}'), "names no request id"),
        (HttpResponse(status=200, body=b'{"request_id": 5}'), "names no request id"),
        (HttpResponse(status=200, body=b'{"request_id": "a/../b"}'), "names no request id"),
        (HttpResponse(status=200, body=b'{"request_id": "r-1"', truncated=True), "names no request id"),
        (HttpResponse(status=204), "names no request id"),
        (
            HttpResponse(status=200, headers={"content-encoding": "gzip, gzip"}, body=b"\x1f\x8b"),
            "the reply (200) names no request id; fal's reply (200) cannot be read: it is in the content coding",
        ),
        (HttpResponse(status=302, headers={"location": "https://elsewhere.example"}), "the provider answered 302"),
        (HttpResponse(status=303, headers={"location": "https://elsewhere.example"}), "the provider answered 303"),
    ],
)
def test_a_lost_reply_is_unknown_and_is_never_sent_again(answer: HttpResponse | HttpFailure, said: str) -> None:
    played = run(answer)

    assert played.paid == 1
    assert played.states == ["unknown"]
    assert isinstance(played.error, UnknownOutcomeError)
    assert said in played.error.message
    assert played.error.exit_code == 9


@pytest.mark.parametrize("refused", [REFUSED, HttpResponse(status=407, body=b"<html>")])
def test_what_never_reached_the_provider_is_tried_again_for_thirty_seconds(
    refused: HttpResponse | HttpFailure,
) -> None:
    played = run(*[refused] * 7)

    assert played.error is not None
    assert played.error.exit_code == 5
    assert 20 < sum(played.waits) <= 30
    assert played.states == [*["not-sent", "submitting"] * 6, "not-sent"]


def test_after_a_refused_connection_the_next_attempt_may_succeed() -> None:
    played = run(REFUSED, TAKEN)

    assert played.error is None
    assert played.states == ["not-sent", "submitting", "submitted"]


@pytest.mark.parametrize("kind", ["unresolvable", "certificate"])
def test_what_will_not_mend_itself_is_not_tried_again(kind: FailureKind) -> None:
    played = run(HttpFailure(kind=kind, sent="no", message="no"))

    assert played.paid == 1
    assert played.states == ["not-sent"]


def test_the_time_given_also_ends_the_attempts_to_connect() -> None:
    played = run(REFUSED, REFUSED, timeout=1.2)

    assert played.error is not None
    assert played.error.exit_code == 5


def test_a_rate_limit_is_waited_out_as_long_as_the_provider_asks() -> None:
    played = run(error(429, "slow down", retry_after="7"), TAKEN, timeout=60)

    assert played.waits == [7.0]
    assert played.states == ["not-sent", "submitting", "submitted"]


def test_a_rate_limit_longer_than_the_time_left_ends_at_once() -> None:
    played = run(error(429, "slow down", retry_after="61"), timeout=60)

    assert played.waits == []
    assert played.states == ["not-sent"]
    assert played.error is not None
    assert (played.error.exit_code, played.error.code) == (5, "rate_limited")


def test_fals_503_without_a_request_id_is_not_an_accepted_job() -> None:
    played = run(error(503, "busy"), TAKEN)

    assert played.states == ["not-sent", "submitting", "submitted"]


def test_a_look_for_a_job_ends_at_the_deadline_with_the_job_unknown() -> None:
    missing = error(404, "Not found")

    played = run(error(500, "boom", x_fal_request_id="r-1"), missing, missing, timeout=1.2)

    assert played.error is not None
    assert (played.error.code, played.paid, played.waits) == ("unknown", 1, [0.5])
    assert played.states == ["unknown", "unknown"]


def test_a_503_with_a_request_id_is_looked_up_and_not_sent_again() -> None:
    found = HttpResponse(status=202, body=b'{"status": "IN_QUEUE", "queue_position": 0}')

    played = run(error(503, "busy", x_fal_request_id="r-9"), found)

    assert played.paid == 1
    assert played.states == ["unknown", "submitted"], "whoever stops it in between must not find it never sent"
    assert played.changes[1]["request_id"] == "r-9"
    assert played.sends[1].call.url == "https://queue.fal.run/fal-ai/flux-2/requests/r-9/status"


def test_a_request_id_that_is_not_found_stays_unknown() -> None:
    missing = HttpResponse(status=404, body=b'{"status": "NOT_FOUND"}')

    played = run(error(500, "boom", x_fal_request_id="r-9"), missing, missing, missing)

    assert played.paid == 1
    assert played.states == ["unknown", "unknown"]


@pytest.mark.parametrize(
    ("answer", "code", "exit_code"),
    [
        (error(400, "bad"), "usage", 2),
        (error(404, "Application not found"), "usage", 2),
        (error(422, [{"loc": ["body", "image_size"], "msg": "Input should be fine", "type": "enum"}]), "usage", 2),
        (error(422, [{"loc": ["body", "prompt"], "msg": "no", "type": "content_policy_violation"}]), "moderated", 6),
        (error(401, "No user found for Key ID and Secret"), "auth", 3),
        (error(402, "pay"), "balance", 4),
        (error(403, "User is locked. Reason: Exhausted balance. Top up your balance."), "balance", 4),
        (error(403, "Forbidden"), "auth", 3),
        (error(413, "too large"), "usage", 2),
        *(
            (HttpResponse(status=status, headers={"location": "https://elsewhere.example"}), "provider_failed", 7)
            for status in (300, 301, 304, 307, 308)
        ),
        (HttpResponse(status=405, body=b"<html>"), "usage", 2),
    ],
)
def test_a_refusal_is_told_once_and_not_repeated(answer: HttpResponse, code: str, exit_code: int) -> None:
    played = run(answer)

    assert played.paid == 1
    assert played.states == ["rejected"]
    assert played.error is not None
    assert (played.error.code, played.error.exit_code) == (code, exit_code)
    assert played.error.message.endswith(".")


def test_the_field_that_fal_refuses_is_named() -> None:
    played = run(error(422, [{"loc": ["body", "image_size"], "msg": "Input should be fine", "type": "enum"}]))

    assert played.error is not None
    assert played.error.message == "fal refused `image_size`: Input should be fine."


def test_follow_up_addresses_on_other_hosts_are_not_kept() -> None:
    body = {
        "request_id": "r-1",
        "status_url": "https://queue.fal.run.evil.example/status",
        "response_url": "http://queue.fal.run/fal-ai/flux-2/requests/r-1",
        "cancel_url": "https://queue.fal.run/fal-ai/flux-2/requests/r-1/cancel",
    }

    played = run(HttpResponse(status=200, body=json.dumps(body).encode()))

    assert played.changes[0]["follow"]["status"] == "queue/fal-ai/flux-2/requests/r-1/status"
    assert played.changes[0]["follow"]["result"] == "queue/fal-ai/flux-2/requests/r-1"
    assert sum("points elsewhere" in str(event) for event in played.events) == 2
