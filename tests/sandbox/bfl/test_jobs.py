"""Black Forest Labs in the sandbox: create, poll, signed image, credits, refusals and faults."""

import threading
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from support import plain_http
from support.emulated_apis import BflApi, as_base64, emulated, fetched, stored
from support.sandbox_rig import Clock, opened, png

from flux2cli.sandbox.job_store import Latency

MAX = "flux-2-max"
KEY = BflApi.KEY
MODELS = (
    "flux-2-max", "flux-2-pro", "flux-2-pro-preview", "flux-2-flex",
    "flux-2-klein-4b", "flux-2-klein-9b", "flux-2-klein-9b-preview",
)  # fmt: skip
MINIMAL = {"prompt": "a lighthouse at dusk"}
FULL = {
    "prompt": "put the jacket from image 2 on the person in image 1",
    "input_image": "https://example.com/person.png",
    "input_image_2": "https://example.com/jacket.png",
    "seed": 7,
    "width": 1024,
    "height": 768,
    "safety_tolerance": 2,
    "output_format": "png",
}
NO_CREDITS = "Insufficient credits. Please add credits to your account."
BUSY = "Too many active tasks. The limit is 24."


class Bfl(BflApi):
    """A client that can name the model."""

    def create(self, body: Any = None, *, fault: str = "", model: str = MAX) -> httpx.Response:
        headers = {"X-Flux2-Fault": fault} if fault else {}
        return self.http.post(f"/v1/{model}", json=MINIMAL if body is None else body, headers=headers)

    def done(self, body: Any = None, *, fault: str = "", model: str = MAX) -> dict[str, Any]:
        data: dict[str, Any] = self.poll(self.create(body, fault=fault, model=model).json()["id"]).json()
        return data


bfl = partial(emulated, Bfl)


def test_a_task_is_created_pends_and_is_ready_with_a_signed_image(tmp_path: Path) -> None:
    clock = Clock()
    with bfl(tmp_path, latency=Latency(queued=2, running=8), clock=clock) as api:
        base = api.server.url
        made = api.create({"prompt": "a fox", "seed": 7, "width": 1024, "height": 768}).json()
        clock.now += 6
        waiting = api.http.get(made["polling_url"]).json()
        clock.now += 5
        ready = api.http.get(made["polling_url"]).json()
        image = fetched(ready["result"]["sample"])

    job = made["id"]
    blank = {"result": None, "progress": None, "details": None, "preview": None}
    assert made == {
        "id": job,
        "polling_url": f"{base}/v1/get_result?id={job}",
        "cost": 7.0,
        "input_mp": 0.0,
        "output_mp": 0.75,
    }
    assert waiting == {**blank, "id": job, "status": "Generating", "progress": 0.5}
    assert ready["result"].pop("sample").startswith(f"{base}/cdn/bfl/{job}/sample.jpg?se=1600000611&sig=")
    assert ready == {
        **blank,
        "id": job,
        "status": "Ready",
        "result": {
            "prompt": "a fox",
            "seed": 7,
            "start_time": 1600000002.0,
        },
    }
    assert image.headers["content-type"] == "image/jpeg"
    assert image.headers["x-flux2-sandbox"] == "1"
    assert (opened(image.content).size, opened(image.content).format) == ((1024, 768), "JPEG")


def test_all_fields_together_are_accepted(tmp_path: Path) -> None:
    with bfl(tmp_path) as api:
        made = api.create(FULL).json()
        image = opened(fetched(api.poll(made["id"]).json()["result"]["sample"]).content)

        assert (made["cost"], made["input_mp"], made["output_mp"]) == (13.0, 2.0, 0.75)
        assert (image.size, image.format) == ((1024, 768), "PNG")


@pytest.mark.parametrize(
    ("model", "cost"), list(zip(MODELS, (7.0, 3.0, 3.0, 5.0, 1.4, 1.5, 1.5), strict=True)), ids=MODELS
)
def test_every_model_is_there_and_has_its_price(tmp_path: Path, model: str, cost: float) -> None:
    with bfl(tmp_path) as api:
        assert api.create(model=model).json()["cost"] == cost


@pytest.mark.parametrize("model", ["flux-2-dev", "flux-2-klein-4b-preview", "flux-2-", "flux-pro-1.1"])
def test_another_model_is_a_404(tmp_path: Path, model: str) -> None:
    with bfl(tmp_path) as api:
        reply = api.create(model=model)

        assert (reply.status_code, reply.json()) == (404, {"detail": "Not Found"})


def test_flex_takes_its_settings_and_expands_the_prompt_unless_told_not_to(tmp_path: Path) -> None:
    with bfl(tmp_path) as api:
        body = {"prompt": "a fox", "steps": 20, "guidance": 4.5, "prompt_upsampling": False}

        assert api.done(body, model="flux-2-flex")["result"]["prompt"] == "a fox"
        assert api.done({"prompt": "a fox"}, model="flux-2-flex")["result"]["prompt"] == "a fox, in rich detail"
        assert api.done(body, model=MAX)["result"]["prompt"] == "a fox"
        assert api.create({**body, "steps": 51}, model="flux-2-flex").status_code == 422
        assert api.create({**body, "guidance": 1}, model="flux-2-flex").status_code == 422


@pytest.mark.parametrize(
    ("asked", "kind", "suffix", "name"),
    [
        (None, "image/jpeg", "jpg", "JPEG"),
        ("png", "image/png", "png", "PNG"),
        ("webp", "image/webp", "webp", "WEBP"),
    ],
)
def test_formats(tmp_path: Path, asked: str | None, kind: str, suffix: str, name: str) -> None:
    with bfl(tmp_path) as api:
        url = api.image_url({"prompt": "x", "output_format": asked})
        reply = fetched(url)

        assert url.partition("?")[0].endswith(f"/sample.{suffix}")
        assert (reply.headers["content-type"], opened(reply.content).format) == (kind, name)


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({}, (1024, 1024)),
        ({"width": 1000, "height": 700}, (1008, 704)),
        ({"width": 64, "height": 71}, (64, 64)),
        ({"width": 2048, "height": 2048}, (2048, 2048)),
        ({"width": 640}, (1024, 1024)),
        ({"input_image": as_base64(png(810, 400))}, (816, 400)),
        ({"input_image": f"data:image/png;base64,{as_base64(png(320, 640))}"}, (320, 640)),
        ({"input_image": as_base64(png(20, 20))}, (64, 64)),
        ({"input_image": as_base64(png(8192, 1024))}, (5792, 720)),
        ({"input_image": "https://example.com/a.png"}, (1024, 1024)),
        ({"input_image": as_base64(png(800, 400)), "width": 512, "height": 512}, (512, 512)),
    ],
)
def test_sizes(tmp_path: Path, asked: dict[str, Any], size: tuple[int, int]) -> None:
    # The test suite forbids connections to other hosts, so asking for the foreign image would fail this test.
    with bfl(tmp_path) as api:
        assert opened(fetched(api.image_url({"prompt": "x", **asked})).content).size == size


def test_megapixels_and_cost_count_every_input_and_at_most_4_of_each(tmp_path: Path) -> None:
    with bfl(tmp_path) as api:
        body = {
            "prompt": "x",
            "input_image": as_base64(png(1024, 1025)),
            "input_image_2": as_base64(png(4096, 4096)),
            "width": 1024,
            "height": 1024,
        }
        made = api.create(body).json()

        assert (made["input_mp"], made["output_mp"]) == (5.0, 1.0)
        assert made["cost"] == 7.0 + 3.0 * (2 + 4)


def test_an_image_made_before_can_be_an_input_also_one_of_another_provider(tmp_path: Path) -> None:
    with bfl(tmp_path) as api:
        first = api.image_url({"prompt": "x", "width": 512, "height": 1024})
        key = {"Authorization": "Key a"}
        job = plain_http.post(f"{api.server.url}/queue/fal-ai/flux-2", json={"prompt": "x"}, headers=key)
        second = fetched(job.json()["response_url"], headers=key).json()["images"][0]["url"]
        made = api.create({"prompt": "x", "input_image": first, "input_image_2": second}).json()

        assert made["input_mp"] == 1.25
        assert opened(fetched(api.poll(made["id"]).json()["result"]["sample"]).content).size == (512, 1024)


@pytest.mark.parametrize(
    ("reference", "what"),
    [
        (as_base64(b"not an image"), "is not a valid image"),
        ("person.png", "is not a valid image"),
        ("data:image/png;base64,!!!", "is not a valid image"),
        ("{url}/cdn/bfl/00000000-0000-4000-a000-000000000000/sample.png", "could not be downloaded"),
        ("{url}/cdn/elsewhere.png", "could not be downloaded"),
    ],
)
def test_a_reference_that_is_no_image_ends_in_an_error_and_costs_nothing(
    tmp_path: Path, reference: str, what: str
) -> None:
    with bfl(tmp_path, balance=Decimal(1)) as api:
        body = {
            "prompt": "x",
            "input_image": as_base64(png(64, 64)),
            "input_image_2": reference.replace("{url}", api.server.url),
        }
        made = api.create(body).json()
        data = api.poll(made["id"]).json()

        assert (data["status"], data["result"]) == ("Error", None)
        assert (data["error"], data["message"]) == ("invalid_image", f"input_image_2 {what}")
        assert made["cost"] == 0.0
        assert api.server.state.balance.amount == Decimal(1)


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"prompt": None}, ["body", "prompt"]),
        ({"width": 63}, ["body", "width"]),
        ({"height": "768"}, ["body", "height"]),
        ({"width": 2064, "height": 2048}, ["body", "width"]),
        ({"seed": 1.5}, ["body", "seed"]),
        ({"safety_tolerance": 6}, ["body", "safety_tolerance"]),
        ({"safety_tolerance": "2"}, ["body", "safety_tolerance"]),
        ({"output_format": "gif"}, ["body", "output_format"]),
    ],
)
def test_a_field_that_the_schema_does_not_take_is_a_422_with_its_place(
    tmp_path: Path, wrong: dict[str, Any], place: list[str]
) -> None:
    with bfl(tmp_path) as api:
        reply = api.create({"prompt": "a fox", **wrong})

        assert reply.status_code == 422
        assert [set(item) for item in reply.json()["detail"]] == [{"loc", "msg", "type"}]
        assert reply.json()["detail"][0]["loc"][:2] == place
        assert stored(tmp_path) == 0


def test_a_body_that_is_no_object_is_a_422(tmp_path: Path) -> None:
    with bfl(tmp_path) as api:
        for data in (b"", b"{", b"[1]", b'"x"', b"[" * 100_000):
            assert api.http.post(f"/v1/{MAX}", content=data).json()["detail"][0]["loc"] == ["body"]


def test_fields_of_other_models_are_ignored_as_the_schema_says(tmp_path: Path) -> None:
    with bfl(tmp_path) as api:
        body = {"prompt": "x", "input_image_5": "not an image", "steps": 20}

        assert api.done(body, model="flux-2-klein-4b")["status"] == "Ready"
        assert api.create(body, model="flux-2-klein-4b").json()["cost"] == 1.4
        assert api.done(body, model=MAX)["status"] == "Error"


@pytest.mark.parametrize("headers", [{}, {"Authorization": f"Bearer {KEY}"}, {"x-key": ""}])
def test_without_x_key_nothing_is_authenticated(tmp_path: Path, headers: dict[str, str]) -> None:
    with bfl(tmp_path) as api:
        url, made = f"{api.server.url}/v1", api.create().json()["id"]
        replies = [
            plain_http.post(f"{url}/{MAX}", json=MINIMAL, headers=headers),
            fetched(f"{url}/get_result?id={made}", headers=headers),
            fetched(f"{url}/credits", headers=headers),
        ]

        assert [(r.status_code, r.json()) for r in replies] == [(403, {"detail": "Not authenticated"})] * 3


@pytest.mark.parametrize("job", ["nothing", "00000000-0000-4000-a000-000000000000", "../../jobs"])
def test_an_unknown_task_is_not_found(tmp_path: Path, job: str) -> None:
    with bfl(tmp_path) as api:
        reply = api.poll(job)

        assert (reply.status_code, reply.json()["status"], reply.json()["result"]) == (200, "Task not found", None)


def test_a_poll_without_an_id_is_a_422(tmp_path: Path) -> None:
    with bfl(tmp_path) as api:
        assert api.http.get("/v1/get_result").json()["detail"][0]["loc"] == ["query", "id"]


def test_a_job_of_another_provider_is_not_found(tmp_path: Path) -> None:
    with bfl(tmp_path) as api:
        job = plain_http.post(
            f"{api.server.url}/queue/fal-ai/flux-2",
            json={"prompt": "x"},
            headers={"Authorization": "Key a"},
        ).json()["request_id"]

        assert api.poll(job).json()["status"] == "Task not found"
        assert fetched(f"{api.server.url}/queue/fal-ai/flux-2/requests/{api.create().json()['id']}/status",
                       headers={"Authorization": "Key a"}).status_code == 404  # fmt: skip


def test_with_a_webhook_the_reply_does_not_say_where_to_poll(tmp_path: Path) -> None:
    with bfl(tmp_path) as api:
        body = {"prompt": "x", "webhook_url": "https://example.com/hook", "webhook_secret": "very-hidden"}
        made = api.create(body).json()

        assert set(made) == {"id", "status", "webhook_url", "cost", "input_mp", "output_mp"}
        assert made["webhook_url"] == "https://example.com/hook"
        assert api.poll(made["id"]).json()["status"] == "Ready"


def test_an_address_is_good_for_ten_minutes_and_a_fresh_poll_gives_a_fresh_one(tmp_path: Path) -> None:
    clock = Clock()
    with bfl(tmp_path, clock=clock) as api:
        url = api.image_url()
        job = url.split("/cdn/bfl/")[1][:36]
        clock.now += 599
        good = fetched(url)
        clock.now += 2
        late = fetched(url)
        fresh = api.poll(job).json()["result"]["sample"]

        assert (good.status_code, late.status_code, fetched(fresh).status_code) == (200, 403, 200)
        assert late.headers["content-type"] == "application/xml"
        assert b"AuthenticationFailed" in late.content
        assert fetched(fresh).content == good.content
        assert fresh != url


@pytest.mark.parametrize("change", ["se=1600009999", "se=x", "sig=0123", "nothing"])
def test_an_address_without_its_signature_is_refused(tmp_path: Path, change: str) -> None:
    clock = Clock()
    with bfl(tmp_path, clock=clock) as api:
        url, _, query = api.image_url().partition("?")
        name = change.partition("=")[0]
        kept = [part for part in query.split("&") if not part.startswith(f"{name}=")]
        altered = "" if change == "nothing" else "&".join([*kept, change])

        assert fetched(f"{url}?{query}").status_code == 200
        assert fetched(f"{url}?{altered}").status_code == 403


def test_a_task_and_its_address_survive_the_server(tmp_path: Path) -> None:
    clock = Clock()
    with bfl(tmp_path, latency=Latency(queued=5, running=5), clock=clock) as api:
        job = api.create({"prompt": "a fox", "seed": 7}).json()["id"]
        old = api.server.url
    clock.now += 60
    with bfl(tmp_path, clock=clock) as api:
        url = api.poll(job).json()["result"]["sample"]
        image = fetched(url).content
        assert not url.startswith(old)
    with bfl(tmp_path, clock=clock) as api:
        again = f"{api.server.url}/cdn/{url.partition('/cdn/')[2]}"

        assert fetched(again).content == image == fetched(api.image_url({"prompt": "a fox", "seed": 7})).content


def test_the_25th_active_task_is_refused_until_one_is_over(tmp_path: Path) -> None:
    clock = Clock()
    with bfl(tmp_path, latency=Latency(queued=5, running=5), clock=clock) as api:
        codes = [api.create().status_code for _ in range(24)]
        full = api.create()
        clock.now += 11

        assert codes == [200] * 24
        assert (full.status_code, full.json()) == (429, {"detail": BUSY})
        assert api.create().status_code == 200
        assert stored(tmp_path) == 25


def test_tasks_of_an_earlier_server_are_active_too_and_other_providers_jobs_are_not(tmp_path: Path) -> None:
    clock, slow = Clock(), Latency(queued=5, running=5)
    with bfl(tmp_path, latency=slow, clock=clock) as api:
        for _ in range(23):
            api.create()
        job = plain_http.post(f"{api.server.url}/queue/fal-ai/flux-2", json={"prompt": "x"},
                         headers={"Authorization": "Key a"})  # fmt: skip
        assert job.status_code == 200
    with bfl(tmp_path, latency=slow, clock=clock) as api:
        assert [api.create().status_code for _ in range(2)] == [200, 429]


def test_no_more_than_24_get_in_when_many_ask_at_once(tmp_path: Path) -> None:
    with bfl(tmp_path, latency=Latency(queued=60, running=60)) as api:
        codes: list[int] = []
        threads = [threading.Thread(target=lambda: codes.append(api.create().status_code)) for _ in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(codes) == [200] * 24 + [429] * 8


def test_credits_run_down_until_there_is_a_402_and_a_refused_task_is_not_active(tmp_path: Path) -> None:
    with bfl(tmp_path, balance=Decimal("0.16"), latency=Latency(queued=60, running=60)) as api:
        before = api.http.get("/v1/credits").json()
        replies = [api.create() for _ in range(30)]

        assert before == {"credits": 16.0}
        assert [reply.status_code for reply in replies] == [200, 200] + [402] * 28
        assert replies[2].json() == {"detail": NO_CREDITS}
        assert api.http.get("/v1/credits").json() == {"credits": 2.0}


def test_an_account_without_end_has_credits(tmp_path: Path) -> None:
    with bfl(tmp_path) as api:
        assert api.http.get("/v1/credits").json()["credits"] > 1000


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        ("401", 401, {"detail": "Invalid API key"}),
        ("402", 402, {"detail": NO_CREDITS}),
        ("402-body", 402, {"error": "insufficient_credits", "message": NO_CREDITS, "details": {}}),
        ("403", 403, {"detail": "Not authenticated"}),
        ("403-balance", 402, {"detail": NO_CREDITS}),
        ("422", 422, {"detail": [{"loc": ["body", "prompt"], "msg": "Field required", "type": "missing"}]}),
        ("422-text", 422, {"detail": "Invalid input: prompt is required"}),
        ("429", 429, {"detail": BUSY}),
        ("429-body", 429, {"error": "rate_limit_exceeded", "message": BUSY, "details": {}, "retry_after": 1.0}),
        ("429-body=7", 429, {"error": "rate_limit_exceeded", "message": BUSY, "details": {}, "retry_after": 7.0}),
        ("500", 500, {"detail": "Internal Server Error"}),
        ("503", 503, {"detail": "Service Unavailable"}),
    ],
)
def test_faults_that_refuse_make_no_task(tmp_path: Path, fault: str, status: int, body: dict[str, Any]) -> None:
    with bfl(tmp_path) as api:
        reply = api.create(fault=fault)

        assert (reply.status_code, reply.json()) == (status, body)
        assert "retry-after" not in reply.headers
        assert stored(tmp_path) == 0


def test_a_reply_without_an_id_has_everything_else(tmp_path: Path) -> None:
    with bfl(tmp_path) as api:
        assert set(api.create(fault="no-id").json()) == {"polling_url", "cost", "input_mp", "output_mp"}


@pytest.mark.parametrize(
    ("fault", "host"), [("foreign-poll", "https://api.eu2.example.com"), ("insecure-poll", "http://api.eu2.bfl.ai")]
)
def test_the_polling_url_can_point_elsewhere(tmp_path: Path, fault: str, host: str) -> None:
    with bfl(tmp_path) as api:
        made = api.create(fault=fault).json()

        assert made["polling_url"] == f"{host}/v1/get_result?id={made['id']}"
        assert api.poll(made["id"]).json()["status"] == "Ready"


@pytest.mark.parametrize(
    ("fault", "status"), [("moderated", "Content Moderated"), ("moderated-request", "Request Moderated")]
)
def test_moderation_names_its_reasons(tmp_path: Path, fault: str, status: str) -> None:
    with bfl(tmp_path) as api:
        data = api.done(fault=fault)

        assert (data["status"], data["result"]) == (status, None)
        assert [isinstance(reason, str) for reason in data["details"]["Moderation Reasons"]] == [True]
        assert fetched(f"{api.server.url}/cdn/bfl/{data['id']}/sample.jpg").status_code == 403


@pytest.mark.parametrize(
    ("fault", "code"),
    [("failed", "internal_error"), ("failed-text", "internal_error"), ("422-late", "invalid_request")],
)
def test_a_task_can_end_in_an_error(tmp_path: Path, fault: str, code: str) -> None:
    with bfl(tmp_path) as api:
        data = api.done(fault=fault)

        assert (data["status"], data["error"], data["result"]) == ("Error", code, None)
        assert data["details"] == {"error": code, "message": data["message"]}


@pytest.mark.parametrize(
    ("fault", "first"),
    [
        ("task-not-found:1", (200, "Task not found")),
        ("unknown-status:1", (200, "Reviewing")),
        ("status-500:1", (500, None)),
        ("result-500:1", (500, None)),
    ],
)
def test_asking_can_go_wrong_once_and_then_work(tmp_path: Path, fault: str, first: tuple[int, str | None]) -> None:
    with bfl(tmp_path) as api:
        job = api.create(fault=fault).json()["id"]
        replies = [api.poll(job) for _ in range(2)]

        assert (replies[0].status_code, replies[0].json().get("status")) == first
        assert replies[1].json()["status"] == "Ready"


def test_a_task_that_was_not_found_is_pending_the_next_time(tmp_path: Path) -> None:
    with bfl(tmp_path, latency=Latency(queued=60, running=60)) as api:
        job = api.create(fault="task-not-found:1").json()["id"]

        assert [api.poll(job).json()["status"] for _ in range(2)] == ["Task not found", "Pending"]


def test_a_task_waits_then_reasons_then_generates(tmp_path: Path) -> None:
    clock = Clock()
    with bfl(tmp_path, latency=Latency(queued=2, running=8), clock=clock) as api:
        made = api.create({"prompt": "a fox"}).json()
        words = []
        for seconds in (1.0, 2.0, 2.0, 4.0, 2.0):
            clock.now += seconds
            words.append(api.http.get(made["polling_url"]).json()["status"])

    assert words == ["Pending", "Reasoning", "Generating", "Generating", "Ready"]
