"""A job that ended without a result, about which the provider is asked once more."""

import json

import pytest
from support.script import Played, fal_task, play

from flux2cli.core.job.flow import ask_again
from flux2cli.wire import Accepted, HttpFailure, HttpResponse

JOB = Accepted(request_id="r-1", follow={"result": "queue/fal-ai/flux-2/requests/r-1"})
RESULT = json.dumps({"images": [{"url": "https://v3.fal.media/a.png"}], "seed": 7}).encode()


def run(answer: HttpResponse | HttpFailure) -> Played:
    return play(ask_again(fal_task(timeout=600), JOB), [answer])


def test_a_result_all_the_same_is_recorded_as_ready_and_the_error_is_gone() -> None:
    played = run(HttpResponse(status=200, body=RESULT))

    assert [send.call.method for send in played.sends] == ["GET"]
    assert (played.states, played.changes[0]["error"], played.result.seed) == (["ready"], None, 7)


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse(status=404, body=b'{"detail": "gone"}'),
        HttpResponse(status=404, body=b"<html>"),
        HttpResponse(status=200, body=b"{}"),
        HttpResponse(status=200, body=b'{"images": []}'),
        HttpResponse(status=401, body=b"{}"),
        HttpResponse(status=502),
    ],
)
def test_anything_else_leaves_the_job_as_it_was_recorded(answer: HttpResponse) -> None:
    played = run(answer)

    assert (len(played.sends), played.changes, played.result, played.error) == (1, [], None, None)


def test_a_provider_that_cannot_be_asked_is_an_error_of_the_network() -> None:
    played = run(HttpFailure(kind="connect", sent="no", message="refused"))

    assert played.error is not None
    assert (played.error.exit_code, played.changes) == (5, [])
    assert played.error.message == "fal could not be asked again about this job: refused."
