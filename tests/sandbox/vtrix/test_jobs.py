"""Vtrix in the sandbox: create, poll, image, refusals and faults, with bodies as clients write them."""

import base64
import json
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support import plain_http
from support.emulated_apis import VtrixApi, as_base64, emulated, fetched
from support.sandbox_rig import Clock, opened, png

from flux2cli.sandbox.job_store import Latency

CREATE = "/model/v1/generation"
KEY = VtrixApi.KEY
MINIMAL = {"model": "flux_2_max", "input": [{"params": {"prompt": "a lighthouse at dusk"}}]}
FULL = {
    "model": "flux_2_max",
    "input": [
        {
            "params": {
                "prompt": "put the jacket from image 2 on the person in image 1",
                "input_image": "https://example.com/person.png",
                "input_image_2": "https://example.com/jacket.png",
                "seed": 7,
                "width": 1024,
                "height": 768,
                "safety_tolerance": 2,
                "output_format": "jpeg",
            }
        }
    ],
}


vtrix = partial(emulated, VtrixApi)


def params(**more: Any) -> dict[str, Any]:
    return {"model": "flux_2_max", "input": [{"params": {"prompt": "a fox", **more}}]}


def test_a_task_is_created_runs_and_completes_with_an_image(tmp_path: Path) -> None:
    clock = Clock()
    with vtrix(tmp_path, latency=Latency(queued=2, running=8), clock=clock) as api:
        base = api.server.url
        made = api.create().json()
        clock.now += 4
        running_still = api.poll(made["id"]).json()
        clock.now += 7
        over = api.poll(made["id"]).json()
        image = fetched(over["output"][0]["content"][0]["url"])

    start = {"id": made["id"], "status": "in_progress", "model": "flux_2_max", "created_at": 1600000000}
    assert made == start
    assert running_still == {**start, "progress": 0.4}
    assert over == {
        **start,
        "status": "completed",
        "output": [
            {"content": [{"type": "image", "url": f"{base}/cdn/vtrix/{made['id']}.jpg"}]},
        ],
        "usage": {"cost": "0.07", "discount": 0},
        "metadata": {},
    }
    assert made["id"].isalnum()
    assert made["id"] == made["id"].lower()
    assert image.headers["content-type"] == "image/jpeg"
    assert image.headers["x-flux2-sandbox"] == "1"
    assert (opened(image.content).size, opened(image.content).format) == ((1024, 1024), "JPEG")


def test_all_parameters_together_are_accepted(tmp_path: Path) -> None:
    with vtrix(tmp_path) as api:
        data = api.done(FULL)

        assert data["usage"] == {"cost": "0.13", "discount": 0}
        assert opened(fetched(data["output"][0]["content"][0]["url"]).content).size == (1024, 768)


def test_a_png_is_one(tmp_path: Path) -> None:
    with vtrix(tmp_path) as api:
        url = api.image_url(params(output_format="png", width=640, height=512))

        assert url.endswith(".png")
        assert (opened(fetched(url).content).format, opened(fetched(url).content).size) == ("PNG", (640, 512))


@pytest.mark.parametrize(
    "body",
    [
        {"model": "flux_2_max", "prompt": "a fox"},
        {"model": "flux_2_max", "input": {"prompt": "a fox"}},
        {"model": "flux_2_max", "input": []},
        {"model": "flux_2_max", "input": [{"prompt": "a fox"}]},
        {"model": "flux_2_max", "input": [{"params": {"prompt": "a"}}, {"params": {"prompt": "b"}}]},
        {"input": [{"params": {"prompt": "a fox"}}]},
        {"model": ["flux_2_max"], "input": [{"params": {"prompt": "a fox"}}]},
        {"model": "flux_9", "input": [{"params": {"prompt": "a fox"}}]},
        ["a fox"],
    ],
)
def test_a_body_without_the_wrapper_or_a_known_model_is_a_400(tmp_path: Path, body: Any) -> None:
    with vtrix(tmp_path) as api:
        reply = api.create(body)

        assert reply.status_code == 400
        assert set(reply.json()["error"]) == {"code", "message"}
        assert list((tmp_path / "jobs").iterdir()) == []


def test_a_body_that_is_no_json_is_a_400(tmp_path: Path) -> None:
    with vtrix(tmp_path) as api:
        for data in (b"", b"{", b"[" * 100_000):
            assert api.http.post(CREATE, content=data).status_code == 400


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"prompt": None}, "params.prompt"),
        ({"width": 63}, "params.width"),
        ({"height": "768"}, "params.height"),
        ({"width": 4096, "height": 4096}, "params.width"),
        ({"seed": "7"}, "params.seed"),
        ({"safety_tolerance": 6}, "params.safety_tolerance"),
        ({"safety_tolerance": -1}, "params.safety_tolerance"),
        ({"output_format": "webp"}, "params.output_format"),
        ({"input_image_8": 5}, "params.input_image_8"),
    ],
)
def test_a_parameter_that_the_model_does_not_take_is_a_422_that_names_it(
    tmp_path: Path, wrong: dict[str, Any], place: str
) -> None:
    with vtrix(tmp_path) as api:
        reply = api.create(params(**wrong))

        assert reply.status_code == 422
        assert reply.json()["error"]["code"] == "invalid_parameter"
        assert reply.json()["error"]["message"].startswith(f"{place}")


def test_pro_has_a_schema_of_its_own(tmp_path: Path) -> None:
    def pro(**more: Any) -> dict[str, Any]:
        return {**params(**more), "model": "flux_2_pro"}

    with vtrix(tmp_path) as api:
        assert api.done(pro(safety_tolerance="6", width=1024, height=768))["usage"]["cost"] == "0.03"
        for wrong in ({"safety_tolerance": 2}, {"safety_tolerance": "0"}, {"width": 1040, "height": 768}):
            reply = api.create(pro(**wrong))
            assert reply.status_code == 422
            assert reply.json()["error"]["message"].startswith(f"params.{next(iter(wrong))}: ")


def test_nulls_are_as_good_as_nothing(tmp_path: Path) -> None:
    with vtrix(tmp_path) as api:
        body = params(seed=None, width=None, height=None, input_image=None, output_format=None)

        assert api.create(body).status_code == 200


@pytest.mark.parametrize("header", [None, f"Key {KEY}", "Bearer", KEY])
def test_without_a_bearer_key_there_is_a_401(tmp_path: Path, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    with vtrix(tmp_path) as api:
        made = api.create().json()["id"]
        url = f"{api.server.url}{CREATE}"
        replies = [
            plain_http.post(url, json=MINIMAL, headers=headers),
            plain_http.get(f"{url}/task/{made}", headers=headers),
        ]

        assert [reply.status_code for reply in replies] == [401, 401]
        assert replies[0].json()["error"]["code"] == "unauthorized"


@pytest.mark.parametrize("task", ["nothing", "a" * 26, "%2e%2e", "ä", "7" * 26])
def test_an_unknown_task_is_a_404(tmp_path: Path, task: str) -> None:
    with vtrix(tmp_path) as api:
        reply = api.poll(task)

        assert (reply.status_code, reply.json()["error"]["code"]) == (404, "task_not_found")


def test_a_task_and_a_job_of_another_provider_do_not_answer_for_each_other(tmp_path: Path) -> None:
    with vtrix(tmp_path) as api:
        job = plain_http.post(
            f"{api.server.url}/queue/fal-ai/flux-2/flash",
            json={"prompt": "x"},
            headers={"Authorization": "Key a"},
        ).json()["request_id"]
        as_task = base64.b32encode(bytes.fromhex(job.replace("-", ""))).decode().rstrip("=").lower()

        assert api.poll(as_task).status_code == 404


def test_references_give_the_size_when_none_is_asked_for(tmp_path: Path) -> None:
    with vtrix(tmp_path) as api:
        inline = as_base64(png(800, 400))
        made_before = api.image_url(params(width=512, height=1024))
        sizes = [
            opened(fetched(api.image_url(params(**more))).content).size
            for more in (
                {"input_image": inline},
                {"input_image": made_before, "input_image_2": inline},
                {"input_image": inline, "width": 64, "height": 80},
                {"input_image": "https://example.com/a.png"},
                {"input_image": as_base64(png(4096, 2048))},
            )
        ]

        assert sizes == [(800, 400), (512, 1024), (64, 80), (1024, 1024), (2896, 1440)]


@pytest.mark.parametrize(
    ("reference", "what"),
    [
        (as_base64(b"not an image"), "is not an image"),
        ("person.png", "is not an image"),
        (f"data:image/png;base64,{as_base64(png(64, 64))}", "is not an image"),
        ("{url}/cdn/vtrix/aaaaaaaaaaaaaaaaaaaaaaaaaa.jpg", "cannot be downloaded"),
        ("{url}/cdn/elsewhere.png", "cannot be downloaded"),
    ],
)
def test_a_reference_that_is_no_image_fails_the_task_and_costs_nothing(
    tmp_path: Path, reference: str, what: str
) -> None:
    with vtrix(tmp_path, balance=Decimal(1)) as api:
        second = reference.replace("{url}", api.server.url)
        data = api.done(params(input_image=as_base64(png(64, 64)), input_image_2=second))

        assert data["status"] == "failed"
        assert data["error"] == {"code": "invalid_image", "message": f"params.input_image_2 {what}"}
        assert "output" not in data
        assert "usage" not in data
        assert api.server.state.balance.amount == Decimal(1)


def test_the_image_is_not_there_before_the_task_is_over(tmp_path: Path) -> None:
    clock = Clock()
    with vtrix(tmp_path, latency=Latency(queued=1, running=1), clock=clock) as api:
        url = f"{api.server.url}/cdn/vtrix/{api.create().json()['id']}.jpg"
        early = fetched(url).status_code
        clock.now += 3

        assert (early, fetched(url).status_code) == (404, 200)
        assert fetched(url.replace(".jpg", ".png")).status_code == 404


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        ("401", 401, {"error": {"code": "unauthorized", "message": "Invalid API key"}}),
        (
            "402",
            402,
            {
                "status": {"code": 40201, "message": "Insufficient credits", "error_code": "insufficient_credits"},
                "data": None,
            },
        ),
        ("403", 403, {"error": {"code": "forbidden", "message": "No permission to use this model"}}),
        ("403-balance", 403, {"error": {"code": "forbidden", "message": "Insufficient balance"}}),
        ("422", 422, {"error": {"code": "invalid_parameter", "message": "params.prompt: Field required"}}),
        ("429", 429, {"error": {"code": "rate_limited", "message": "Too many requests"}}),
        ("500", 500, {"error": {"code": "internal_error", "message": "Internal server error"}}),
        ("503", 503, {"error": {"code": "unavailable", "message": "Service unavailable"}}),
    ],
)
def test_faults_that_refuse_make_no_task(tmp_path: Path, fault: str, status: int, body: dict[str, Any]) -> None:
    with vtrix(tmp_path) as api:
        reply = api.create(fault=fault)

        assert (reply.status_code, reply.json()) == (status, body)
        assert list((tmp_path / "jobs").iterdir()) == []


def test_a_reply_without_an_id_has_everything_else(tmp_path: Path) -> None:
    with vtrix(tmp_path, clock=Clock()) as api:
        reply = api.create(fault="no-id")

        assert reply.status_code == 200
        assert reply.json() == {"status": "in_progress", "model": "flux_2_max", "created_at": 1600000000}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("failed", {"code": "002014001", "message": "The generation failed"}),
        ("failed-message", {"code": "002014001", "error_message": "The generation failed"}),
        ("failed-integer", {"code": 2014001, "message": "The generation failed"}),
        ("failed-text", "The generation failed"),
        ("moderated", {"code": "content_moderated", "message": "The request was refused by moderation"}),
        ("422-late", {"code": "invalid_parameter", "message": "params.prompt: Field required"}),
    ],
)
def test_a_task_can_fail_with_an_error_of_each_shape(tmp_path: Path, fault: str, error: object) -> None:
    with vtrix(tmp_path) as api:
        data = api.done(fault=fault)

        assert (data["status"], data["error"]) == ("failed", error)
        assert "output" not in data
        assert fetched(f"{api.server.url}/cdn/vtrix/{data['id']}.jpg").status_code == 404


def test_a_task_can_fail_and_say_nothing(tmp_path: Path) -> None:
    with vtrix(tmp_path) as api:
        data = api.done(fault="failed-silently")

        assert data["status"] == "failed"
        assert "error" not in data


@pytest.mark.parametrize(
    ("fault", "first"),
    [
        ("unknown-status:1", (200, "reviewing")),
        ("status-500:1", (500, None)),
        ("result-500:1", (500, None)),
        ("task-not-found:1", (404, None)),
    ],
)
def test_asking_can_go_wrong_once_and_then_work(tmp_path: Path, fault: str, first: tuple[int, str | None]) -> None:
    with vtrix(tmp_path) as api:
        made = api.create(fault=fault).json()["id"]
        replies = [api.poll(made) for _ in range(2)]

        assert (replies[0].status_code, replies[0].json().get("status")) == first
        assert replies[1].json()["status"] == "completed"


def test_a_balance_runs_down_until_there_is_a_402(tmp_path: Path) -> None:
    with vtrix(tmp_path, balance=Decimal("0.15")) as api:
        replies = [api.create() for _ in range(3)]

        assert [reply.status_code for reply in replies] == [200, 200, 402]
        assert json.loads(replies[2].text)["status"]["code"] == 40201
        assert api.server.state.balance.amount == Decimal("0.01")
