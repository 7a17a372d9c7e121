"""Cancelling, and looking for a job in the provider's history: free requests, and what their responses mean."""

import json
from dataclasses import replace

import pytest
from support.ledger_files import FOX
from support.script import Played, fal_task, play

from flux2cli.core.job.flow.cancel import cancel, find, known_to
from flux2cli.providers.registry import provider_named
from flux2cli.wire import HttpFailure, HttpResponse

FOLLOW = {
    "status": "https://queue.fal.run/fal-ai/flux-2/requests/r-1/status",
    "response": "https://queue.fal.run/fal-ai/flux-2/requests/r-1",
    "cancel": "https://queue.fal.run/fal-ai/flux-2/requests/r-1/cancel",
}
BROKEN = HttpFailure(kind="broken", sent="yes", message="the connection broke")


def response(status: int, body: object = None) -> HttpResponse:
    return HttpResponse(status=status, body=b"" if body is None else json.dumps(body).encode())


def run(*responses: HttpResponse | HttpFailure) -> Played:
    return play(cancel(fal_task(), FOLLOW), responses)


def test_a_job_is_asked_to_stop_at_its_own_url() -> None:
    played = run(response(202, {"status": "CANCELLATION_REQUESTED"}))

    assert played.result == "requested"
    assert [(send.call.method, send.call.url) for send in played.sends] == [("PUT", FOLLOW["cancel"])]
    assert played.paid == 0


def test_a_job_that_is_over_comes_too_late() -> None:
    assert run(response(400, {"status": "ALREADY_COMPLETED"})).result == "too-late"


def test_trouble_that_may_pass_is_waited_out_three_times() -> None:
    assert run(BROKEN, response(503), response(502), response(202)).result == "requested"

    played = run(BROKEN, response(503), response(502), BROKEN)

    assert played.error is not None
    assert played.error.exit_code == 5
    assert played.error.message == "fal could not be asked to cancel the job: the connection broke."


def test_trouble_is_not_waited_out_beyond_the_deadline() -> None:
    played = play(cancel(fal_task(timeout=1.2), FOLLOW), [BROKEN, BROKEN])

    assert played.error is not None
    assert (played.error.exit_code, played.waits) == (5, [0.5])


def test_a_refused_key_is_final() -> None:
    played = run(response(401, {"detail": "no"}))

    assert played.error is not None
    assert played.error.code == "auth"
    assert len(played.sends) == 1


def test_where_nothing_can_be_cancelled_nothing_is_sent() -> None:
    bfl = replace(fal_task(), provider=provider_named("bfl"))
    played = play(cancel(bfl, {"polling_url": "https://api.bfl.ai/v1/get_result?id=1"}), [])

    assert played.error is not None
    assert played.error.exit_code == 2
    assert played.sends == []


@pytest.mark.parametrize(
    ("answer", "known"),
    [
        (response(200, {"status": "IN_QUEUE"}), True),
        (response(404, {"status": "NOT_FOUND"}), False),
        (response(401, {"detail": "no"}), None),
        (BROKEN, None),
    ],
)
def test_whether_a_provider_knows_a_job(answer: HttpResponse | HttpFailure, known: bool | None) -> None:
    assert play(known_to(fal_task(), FOLLOW), [answer]).result is known


def history(*items: tuple[str, str, object]) -> HttpResponse:
    return response(200, {"items": [{"request_id": i, "sent_at": at, "json_input": body} for i, at, body in items]})


def test_the_history_offers_requests_of_the_same_body_and_time_the_nearest_first() -> None:
    job = replace(FOX, payload={"prompt": "a fox"}, state="unknown")  # 10:00 in the morning of 2026-03-01
    listed = history(
        ("late", "2026-03-01T10:00:50+00:00", {"prompt": "a fox"}),
        ("near", "2026-03-01T10:00:01+00:00", {"prompt": "a fox"}),
        ("other", "2026-03-01T10:00:01+00:00", {"prompt": "an owl"}),
        ("yesterday", "2026-02-28T10:00:00+00:00", {"prompt": "a fox"}),
        ("no time", "2026-03-01T10:00:01", {"prompt": "a fox"}),
        ("no moment", "soon", {"prompt": "a fox"}),
    )

    found = play(find(fal_task(), job), [listed]).result

    assert [entry.request_id for entry in found] == ["near", "late"]


@pytest.mark.parametrize("answer", [response(403, {"detail": "no"}), BROKEN])
def test_a_history_that_is_not_shown_is_none(answer: HttpResponse | HttpFailure) -> None:
    assert play(find(fal_task(), FOX), [answer]).result is None
