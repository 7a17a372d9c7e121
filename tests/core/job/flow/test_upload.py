"""The two requests of an upload: how often each is sent, and what ends them."""

import json
from dataclasses import replace

import pytest
from support.script import Played, fal_task, play

from flux2cli.core.job.flow.upload import upload
from flux2cli.core.request.reference import Reference
from flux2cli.events import Noted
from flux2cli.wire import HttpFailure, HttpResponse

PHOTO = Reference(
    source="art/photo.jpg", name="photo.jpg", path="/art/photo.jpg", media_type="image/jpeg", data=b"jpeg"
)
PLACE = HttpResponse(
    status=200,
    body=json.dumps({"upload_url": "https://v3.fal.media/put/1", "file_url": "https://v3.fal.media/1.jpg"}).encode(),
)
STORED = HttpResponse(status=200)
REFUSED = HttpResponse(status=401, body=b'{"detail": "no"}')
BROKEN = HttpFailure(kind="broken", sent="yes", message="the connection broke")


def run(*responses: HttpResponse | HttpFailure) -> Played:
    return play(upload(fal_task(), PHOTO), responses)


def test_a_place_is_asked_for_and_the_bytes_go_there() -> None:
    played = run(PLACE, STORED)

    assert played.result == "https://v3.fal.media/1.jpg"
    assert [send.call.method for send in played.sends] == ["POST", "PUT"]
    assert played.sends[1].call.url == "https://v3.fal.media/put/1"
    assert played.sends[1].call.body == b"jpeg"
    assert played.paid == 0


def test_the_notice_comes_before_the_bytes_go_out() -> None:
    played = play(upload(fal_task(), PHOTO, notice="it is public"), (PLACE, STORED))

    assert played.events == [Noted(job_id=None, text="it is public")]
    assert play(upload(fal_task(), PHOTO, notice="it is public"), (REFUSED,)).events == []


def test_the_sandbox_needs_no_notice() -> None:
    place = replace(PLACE, headers={"x-flux2-sandbox": "1"})

    assert play(upload(fal_task(), PHOTO, notice="it is public"), (place, STORED)).events == []


@pytest.mark.parametrize("trouble", [BROKEN, HttpResponse(status=503), HttpResponse(status=429)])
def test_trouble_that_may_pass_is_waited_out(trouble: HttpResponse | HttpFailure) -> None:
    played = run(trouble, PLACE, trouble, STORED)

    assert played.result == "https://v3.fal.media/1.jpg"
    assert len(played.sends) == 4
    assert len(played.waits) == 2


def test_after_five_attempts_it_is_an_error_that_names_the_file() -> None:
    played = run(*[BROKEN] * 5)

    assert played.error is not None
    assert played.error.exit_code == 5
    assert played.error.message == "`art/photo.jpg` could not be uploaded to fal: the connection broke."
    assert "nothing was submitted" in (played.error.hint or "")


def test_a_proxy_that_wants_a_login_is_a_network_that_does_not_work() -> None:
    played = run(*[HttpResponse(status=407)] * 5)

    assert played.error is not None
    assert (played.error.exit_code, played.error.code) == (5, "network")
    assert "something between here and fal" in played.error.message.lower()


def test_a_refusal_is_final() -> None:
    played = run(REFUSED)

    assert played.error is not None
    assert played.error.code == "auth"
    assert len(played.sends) == 1


def test_a_name_that_does_not_resolve_is_not_tried_again() -> None:
    played = run(HttpFailure(kind="unresolvable", sent="no", message="no such host"))

    assert played.error is not None
    assert len(played.sends) == 1


def test_a_response_that_names_no_place_is_an_error() -> None:
    played = run(HttpResponse(status=200, body=b"{}"))

    assert played.error is not None
    assert "names no place" in played.error.message
