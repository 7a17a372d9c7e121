"""A submitted job, watched to its end: states, waits, errors that mend themselves and errors that do not."""

import json

import pytest
from support.script import Played, fal_task, play

from flux2cli.core.job.documents import result_document
from flux2cli.core.job.flow import follow
from flux2cli.events import Queued, Running, Warned
from flux2cli.wire import Accepted, HttpFailure, HttpResponse

JOB = Accepted(
    request_id="r-1",
    follow={
        "status": "queue/fal-ai/flux-2/requests/r-1/status",
        "result": "queue/fal-ai/flux-2/requests/r-1",
        "cancel": "queue/fal-ai/flux-2/requests/r-1/cancel",
    },
)
IMAGE = {"url": "https://v3.fal.media/files/a.png", "width": 1024, "height": 768, "content_type": "image/png"}


def reply(status: int, body: object, **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(status=status, body=json.dumps(body).encode(), headers=named)


QUEUED = reply(202, {"status": "IN_QUEUE", "queue_position": 3})
WORKING = reply(202, {"status": "IN_PROGRESS", "logs": [{"message": "step 1"}]})
DONE = reply(200, {"status": "COMPLETED", "logs": []})
FAILED = reply(200, {"status": "COMPLETED", "error": "Runner died", "error_type": "runner_disconnected"})
RESULT = reply(200, {"images": [IMAGE], "seed": 7, "prompt": "a fox", "has_nsfw_concepts": [False], "timings": {}})


def run(*answers: HttpResponse | HttpFailure, timeout: float | None = None, clock: float = 0.0) -> Played:
    return play(follow(fal_task(timeout=timeout), JOB), answers, clock=clock)


def test_a_job_goes_through_queue_and_work_to_a_recorded_result() -> None:
    played = run(QUEUED, WORKING, DONE, reply(200, {"images": [IMAGE], "seed": 7}, x_fal_billable_units="1"))

    assert [send.call.url for send in played.sends] == [
        "https://queue.fal.run/fal-ai/flux-2/requests/r-1/status",
        "https://queue.fal.run/fal-ai/flux-2/requests/r-1/status",
        "https://queue.fal.run/fal-ai/flux-2/requests/r-1/status",
        "https://queue.fal.run/fal-ai/flux-2/requests/r-1",
    ]
    assert all(send.call.method == "GET" for send in played.sends)
    assert played.events == [
        Queued(job_id="abcd2345", position=3),
        Running(job_id="abcd2345", logs=("step 1",)),
    ]
    assert played.states == ["ready"]
    assert result_document(played.changes[0]["result"]) == {
        "seed": 7,
        "prompt": None,
        "timings": {},
        "billable_units": "1",
        "reported_cost": None,
        "usage": {},
        "images": [{"width": 1024, "height": 768, "nsfw": None}],
    }
    assert played.result.images[0].url == "https://v3.fal.media/files/a.png"


def test_looks_come_half_a_second_apart_and_grow_to_five() -> None:
    played = run(*[WORKING] * 15, DONE, RESULT)

    assert played.waits[0] < 1
    assert played.waits == sorted(played.waits)
    assert played.waits[-1] == 5.0


@pytest.mark.parametrize(
    "trouble",
    [
        HttpFailure(kind="broken", sent="yes", message="reset"),
        reply(500, {"detail": "boom"}),
        reply(502, "bad gateway"),
        reply(429, {"detail": "slow down"}),
        reply(408, {}),
        HttpResponse(status=200, body=b"<html>"),
        HttpResponse(status=200, body=b""),
        reply(200, {"status": "NEW_WORD"}),
        reply(404, {"status": "NOT_FOUND"}),
    ],
)
def test_a_look_that_fails_is_taken_again(trouble: HttpResponse | HttpFailure) -> None:
    played = run(trouble, DONE, RESULT)

    assert played.error is None
    assert played.states == ["ready"]


def listen(*answers: HttpResponse | HttpFailure, timeout: float | None = None) -> Played:
    return play(follow(fal_task(timeout=timeout, streams=2), JOB), answers)


def how(played: Played) -> list[str]:
    return [type(send).__name__ for send in played.sends]


STALLED = HttpFailure(kind="timeout", sent="yes", message="queue.fal.run did not answer in time")


def test_the_event_stream_tells_the_end_without_a_wait() -> None:
    played = listen(QUEUED, WORKING, DONE, RESULT)

    assert how(played) == ["NextEvent", "NextEvent", "NextEvent", "Send"]
    assert played.sends[0].call.url == "https://queue.fal.run/fal-ai/flux-2/requests/r-1/status/stream?logs=1"
    assert played.waits == []
    assert played.states == ["ready"]


def test_a_stalled_stream_means_one_look_and_another_try_with_it() -> None:
    played = listen(QUEUED, STALLED, WORKING, DONE, RESULT)

    assert how(played) == ["NextEvent", "NextEvent", "Send", "NextEvent", "Send"]
    assert played.states == ["ready"]


def test_after_two_failures_of_the_stream_the_job_is_polled() -> None:
    played = listen(STALLED, WORKING, STALLED, WORKING, WORKING, DONE, RESULT)

    assert how(played) == ["NextEvent", "Send", "NextEvent", "Send", "Send", "Send", "Send"]
    assert all(wait > 0 for wait in played.waits)


def test_a_stream_that_answers_something_else_means_polling_too() -> None:
    played = listen(reply(404, {}), WORKING, reply(404, {}), DONE, RESULT)

    assert how(played) == ["NextEvent", "Send", "NextEvent", "Send", "Send"]
    assert played.states == ["ready"]


def test_in_the_last_seconds_no_stream_can_outlast_the_deadline() -> None:
    played = listen(WORKING, WORKING, DONE, RESULT, timeout=14.0)

    assert how(played) == ["Send"] * 4


def test_when_the_time_is_up_the_job_stays_collectable() -> None:
    played = run(*[WORKING] * 3, timeout=1.0)

    assert played.error is not None
    assert (played.error.code, played.error.exit_code) == ("timeout", 124)
    assert played.error.hint == "`flux2 jobs wait abcd2345` goes on waiting and saves the image"
    assert played.states == [], "the row still says submitted"
    assert played.waits == pytest.approx([0.65, 0.2625]), "each look has time for its response"


def test_a_failure_comes_as_completed_and_its_reason_from_the_result() -> None:
    detail = [{"loc": ["body", "prompt"], "msg": "Flagged", "type": "content_policy_violation"}]

    played = run(FAILED, reply(422, {"detail": detail}))

    assert played.error is not None
    assert (played.error.code, played.error.exit_code) == ("moderated", 6)
    assert played.states == ["moderated"]


def test_a_completed_status_without_an_error_may_still_have_failed() -> None:
    played = run(
        DONE, reply(422, {"detail": [{"loc": ["body", "image_urls"], "msg": "x", "type": "image_load_error"}]})
    )

    assert played.error is not None
    assert (played.error.code, played.error.exit_code) == ("usage", 2)
    assert played.states == ["failed"]
    assert "opens without a login" in str(played.error.hint)


def test_a_failed_job_whose_result_says_nothing_fails_with_the_statuses_words() -> None:
    played = run(FAILED, reply(502, "bad gateway"), reply(502, "bad gateway"))

    assert played.error is not None
    assert played.error.message == "fal failed the job: Runner died."
    assert played.error.exit_code == 7
    assert played.states == ["failed"]


def test_a_runners_error_in_the_result_is_final() -> None:
    body = {"detail": "Runner server error", "error_type": "runner_server_error"}

    played = run(FAILED, reply(500, body, x_fal_error_type="runner_server_error"))

    assert played.error is not None
    assert (played.error.code, played.error.retry) == ("provider_failed", "safe")


def test_a_result_that_is_not_there_yet_sends_the_flow_back_to_looking() -> None:
    played = run(DONE, reply(400, {"detail": "Request is still in progress"}), WORKING, DONE, RESULT)

    assert played.states == ["ready"]


PAGE = b"<html><title>Blocked</title>"
NOT_FALS = (
    *(HttpResponse(status=status, body=PAGE) for status in (400, 401, 402, 403, 404, 407, 409, 410, 413, 451, 499)),
    *(HttpResponse(status=status, body=b"") for status in (400, 404, 409)),
    *(reply(status, {"message": "no Route matched"}) for status in (400, 404, 409, 413, 451)),
    *(
        HttpResponse(status=404, body=body)
        for body in (b"[]", b'"gone"', b"null", b'{"detail": ""}', b'{"status": 404}')
    ),
)


@pytest.mark.parametrize("body", [{"images": []}, {"images": [{"width": 5}]}, {"images": [3], "seed": 7}])
def test_a_result_without_images_is_read_four_times_and_then_failed(body: object) -> None:
    played = run(DONE, *[reply(200, body)] * 4)

    assert played.error is not None
    assert (played.error.code, played.error.exit_code) == ("provider_failed", 7)
    assert played.waits == [0.5, 1.0, 2.0]
    assert played.states == ["failed"]


@pytest.mark.parametrize(
    "unreadable",
    [
        *NOT_FALS,
        HttpResponse(status=200, body=b""),
        HttpResponse(status=200, body=PAGE),
        *(HttpResponse(status=200, body=body) for body in (b"{}", b"[]", b"7", b'"IN_QUEUE"', b'{"images": null}')),
        reply(200, {"message": "sign in"}),
        HttpResponse(status=200, body=b"x", truncated=True),
        reply(429, {"detail": "slow down"}),
        reply(502, "bad gateway"),
        HttpFailure(kind="broken", sent="yes", message="reset"),
    ],
)
def test_a_result_that_is_not_the_providers_is_asked_for_until_the_deadline_and_then_left_for_fetch(
    unreadable: HttpResponse | HttpFailure,
) -> None:
    played = run(DONE, *[unreadable] * 10, timeout=30)

    assert played.error is not None
    assert (played.error.code, played.error.exit_code) == ("not_saved", 8)
    assert played.waits == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 3.5, 0.75, 0.1875]
    assert played.states == [], "still submitted: collectable"


@pytest.mark.parametrize("unreadable", NOT_FALS)
def test_a_status_that_is_not_the_providers_is_asked_for_until_the_deadline_and_leaves_the_job_running(
    unreadable: HttpResponse,
) -> None:
    played = run(*[unreadable] * 10, timeout=30)

    assert played.error is not None
    assert (played.error.code, played.error.exit_code) == ("timeout", 124)
    assert played.error.message.startswith("Still running at fal after 30 s; the last look failed: ")
    assert played.states == []


@pytest.mark.parametrize("unreadable", NOT_FALS)
def test_a_job_goes_on_after_something_on_the_way_answered_for_the_provider(unreadable: HttpResponse) -> None:
    played = run(unreadable, DONE, unreadable, unreadable, RESULT, clock=60.0)

    assert played.states == ["ready"]


def test_a_result_that_is_gone_is_expired() -> None:
    gone = reply(404, {"detail": "Not found"})

    played = run(DONE, gone, gone)

    assert played.error is not None
    assert (played.error.code, played.error.exit_code) == ("expired", 8)
    assert played.states == ["expired"]


def test_a_job_that_the_provider_does_not_know_after_a_while_is_expired() -> None:
    played = run(reply(404, {"status": "NOT_FOUND"}), clock=6.0)

    assert played.states == ["expired"]


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_until_the_deadline_leaves_the_job_as_it_is(status: int) -> None:
    played = run(*[reply(status, {"detail": "No user found for Key ID and Secret"})] * 8, timeout=10)

    assert played.error is not None
    assert played.error.exit_code == 3
    assert played.states == []
    assert [event.text for event in played.events if isinstance(event, Warned)] == [
        "fal rejected the key: No user found for Key ID and Secret. The job goes on; this asks again until --timeout"
    ]


def test_a_key_that_is_refused_for_a_moment_is_no_news_at_the_deadline() -> None:
    refused = reply(401, {"detail": "No user found for Key ID and Secret"})

    played = run(refused, WORKING, WORKING, timeout=0.9)

    assert played.error is not None
    assert played.error.exit_code == 124


def test_a_cancelled_job_ends_as_cancelled() -> None:
    played = run(DONE, reply(499, {"detail": "cancelled", "error_type": "client_cancelled"}))

    assert played.states == ["cancelled"]
