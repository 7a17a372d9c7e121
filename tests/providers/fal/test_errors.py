"""fal: what its errors mean, as its documentation and recorded responses have them."""

import json

import pytest

from flux2cli.providers.fal.errors import explain, failed
from flux2cli.wire import HttpResponse, JsonObject


def model_error(kind: str, message: str, *loc: str) -> dict[str, object]:
    return {"detail": [{"loc": list(loc), "msg": message, "type": kind}]}


@pytest.mark.parametrize(
    ("status", "body", "code", "message"),
    [
        (422, model_error("content_policy_violation", "flagged.", "body", "prompt"), "moderated",
         "fal's moderation refused `prompt`: flagged."),
        (422, model_error("value_error", "too odd", "body", "prompt"), "usage", "fal refused `prompt`: too odd."),
        (422, model_error("image_load_error", "", "body", "image_urls", "0"), "usage",
         "fal refused `image_urls.0`: image_load_error."),
        (422, model_error("value_error", "too odd"), "usage", "fal refused the request: too odd."),
        (500, model_error("value_error", "boom"), "provider_failed", "fal failed the job: boom."),
        (422, model_error("generation_timeout", ""), "provider_failed", "fal failed the job: generation_timeout."),
        (401, {"detail": "no"}, "auth", "fal rejected the key: no."),
        (403, {"detail": "No user found for Key ID and Secret"}, "auth",
         "fal rejected the key: No user found for Key ID and Secret."),
        (403, {"detail": "User is locked. Reason: Exhausted balance."}, "balance",
         "fal refused the job for lack of balance: User is locked. Reason: Exhausted balance."),
        (402, None, "balance", "fal refused the job for lack of balance."),
        (403, {"detail": "not yours"}, "auth", "fal does not allow this key to do that: not yours."),
        (429, {"detail": "slow down"}, "rate_limited", "fal takes no more requests for now: slow down."),
        (499, None, "cancelled", "The job was cancelled."),
        (400, {"detail": "Request is still in progress"}, "running", "The job is still running."),
        (410, None, "missing", "fal answers 410: it does not know this."),
        (503, None, "provider_failed", "fal answers 503."),
        (301, None, "provider_failed", "fal answers 301, a redirect, which is not followed."),
        (418, {"detail": "teapot"}, "usage", "fal refused the request with 418: teapot."),
        (200, None, "provider_failed", "fal's reply (200) cannot be read."),
    ],
)  # fmt: skip
def test_a_response_means(status: int, body: object, code: str, message: str) -> None:
    problem = explain(HttpResponse(status=status, body=b"" if body is None else json.dumps(body).encode()))

    assert (problem.code, problem.message) == (code, message)


@pytest.mark.parametrize(
    ("response", "transient", "final"),
    [
        (HttpResponse(status=503), True, False),
        (HttpResponse(status=429), True, False),
        (HttpResponse(status=503, headers={"x-fal-error-type": "runner_server_error"}), False, True),
        (HttpResponse(status=500, body=b'{"detail": "x", "error_type": "runner_server_error"}'), False, True),
        (HttpResponse(status=401), False, False),
        (HttpResponse(status=200), True, False),
    ],
)
def test_whether_it_may_pass_and_whether_the_job_is_over(response: HttpResponse, transient: bool, final: bool) -> None:
    problem = explain(response)

    assert (problem.transient, problem.final) == (transient, final)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({"error": "out of memory."}, "fal failed the job: out of memory."),
        ({"error_type": "runner_disconnected"}, "fal failed the job: runner_disconnected."),
        ({"error": "", "error_type": "x"}, "fal failed the job: x."),
    ],
)
def test_a_status_that_says_that_the_job_failed(status: JsonObject, said: str) -> None:
    problem = failed(status)

    assert (problem.code, problem.message, problem.final) == ("provider_failed", said, True)
