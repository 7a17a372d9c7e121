"""The emulated queue: submit, status, stream, result, cancel, and the sync call beside it."""

import json
import re
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from support import plain_http
from support.sandbox_rig import FLASH, FLASH_EDIT, MAX_EDIT, Clock, running

from flux2cli.sandbox.job_store import Latency


def test_a_submit_answers_with_an_id_and_addresses_under_owner_and_app(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        reply = rig.http.post(FLASH_EDIT, json={"prompt": "a fox", "image_urls": ["https://example.com/a.png"]})

        data = reply.json()
        root = f"{rig.server.url}/queue/fal-ai/flux-2/requests/{data['request_id']}"
        assert reply.status_code == 200
        assert data == {
            "status": "IN_QUEUE",
            "request_id": data["request_id"],
            "response_url": root,
            "status_url": f"{root}/status",
            "cancel_url": f"{root}/cancel",
            "queue_position": 0,
        }
        assert reply.headers["x-fal-request-id"] == data["request_id"]
        assert reply.headers["content-type"] == "application/json"
        assert reply.headers["x-flux2-sandbox"] == "1"


def test_a_job_goes_through_the_queue_and_runs_as_time_passes(tmp_path: Path) -> None:
    clock = Clock()
    with running(tmp_path, latency=Latency(queued=3, running=4), clock=clock) as rig:
        job = rig.submit()

        def status(at: float, logs: str) -> tuple[int, dict[str, Any]]:
            clock.now = 1_600_000_000 + at
            reply = rig.http.get(job["status_url"], params={"logs": logs})
            said = reply.json()
            assert {"request_id", "response_url", "status_url", "cancel_url"} <= set(said)
            return reply.status_code, said

        assert job["queue_position"] == 2
        for at, position in ((0.5, 2), (1.5, 1), (2.5, 0)):
            code, said = status(at, "1")
            assert (code, said["status"], said["queue_position"]) == (202, "IN_QUEUE", position)

        code, said = status(3.5, "0")
        assert (code, said["status"], said["logs"]) == (202, "IN_PROGRESS", None)
        assert "queue_position" not in said

        code, said = status(5.5, "1")
        assert (code, said["status"]) == (202, "IN_PROGRESS")
        assert said["logs"] == [
            {"message": "step 1/4", "timestamp": "2020-09-13T12:26:44+00:00", "level": "INFO", "source": "USER"},
            {"message": "step 2/4", "timestamp": "2020-09-13T12:26:45+00:00", "level": "INFO", "source": "USER"},
        ]

        code, said = status(7, "true")
        assert (code, said["status"], len(said["logs"])) == (200, "COMPLETED", 4)
        assert said["metrics"] == {"inference_time": 4.0}
        assert "error" not in said
        assert status(7, "false")[1]["logs"] is None


def test_the_result_is_not_there_before_the_end(tmp_path: Path) -> None:
    clock = Clock()
    with running(tmp_path, latency=Latency(queued=1, running=1), clock=clock) as rig:
        job = rig.submit()

        early = rig.http.get(job["response_url"])
        clock.now += 2
        late = rig.http.get(job["response_url"])

        assert (early.status_code, early.json()) == (400, {"detail": "Request is still in progress"})
        assert late.status_code == 200


def test_follow_ups_work_under_owner_and_app_under_the_whole_id_and_with_response(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        job = rig.submit()["request_id"]

        for app in ("fal-ai/flux-2", "fal-ai/flux-2/flash"):
            assert rig.http.get(f"/queue/{app}/requests/{job}/status").json()["status"] == "COMPLETED"
            assert rig.http.get(f"/queue/{app}/requests/{job}").json()["images"]
            assert rig.http.get(f"/queue/{app}/requests/{job}/response").json()["images"]


@pytest.mark.parametrize(
    "path",
    [
        "/queue/fal-ai/flux-2/requests/00000000-0000-4000-a000-000000000000/status",
        "/queue/fal-ai/flux-2/requests/00000000-0000-4000-a000-000000000000",
        "/queue/fal-ai/flux-2/requests/passwd/status",
        "/queue/fal-ai/flux-2/requests/x/status/stream",
    ],
)
def test_an_unknown_id_is_not_found(tmp_path: Path, path: str) -> None:
    with running(tmp_path) as rig:
        reply = rig.http.get(path)

        assert (reply.status_code, reply.json()) == (404, {"status": "NOT_FOUND"})


def test_a_job_is_not_found_under_another_app(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        job = rig.submit()["request_id"]

        reply = rig.http.get(f"/queue/fal-ai/flux-2-max/requests/{job}/status")

        assert (reply.status_code, reply.json()) == (404, {"status": "NOT_FOUND"})


@pytest.mark.parametrize("path", ["/queue/fal-ai/flux-9/flash", "/run/fal-ai/flux-9", "/queue/nobody/flux-2"])
def test_an_unknown_owner_or_app_is_404_and_costs_nothing(tmp_path: Path, path: str) -> None:
    with running(tmp_path) as rig:
        reply = rig.http.post(path, json={"prompt": "a fox"})

        name = path.split("/")[3]
        assert (reply.status_code, reply.json()) == (404, {"detail": f'Application "{name}" not found'})
        assert reply.headers["x-fal-billable-units"] == "0"


def test_the_queue_takes_any_path_below_an_app_and_the_job_fails(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        made = rig.submit("/queue/fal-ai/flux-2/flashy")
        status = rig.http.get(made["status_url"])
        result = rig.http.get(made["response_url"])
        at_once = rig.http.post("/run/fal-ai/flux-2/flashy", json={"prompt": "a fox"})

        assert (status.status_code, status.json()["status"], "error" in status.json()) == (200, "COMPLETED", False)
        assert (result.status_code, result.json()) == (404, {"detail": "Path /flashy not found"})
        assert result.headers["x-fal-billable-units"] == "0"
        assert (at_once.status_code, at_once.json()) == (404, {"detail": "Path /flashy not found"})


def test_a_sync_stream_has_the_output_as_one_event(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        reply = rig.http.post("/run/fal-ai/flux-2/stream", json={"prompt": "a fox", "seed": 7})

        assert (reply.status_code, reply.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert reply.text.startswith("data: {")
        assert reply.text.endswith("\n\n")
        assert json.loads(reply.text.removeprefix("data: "))["seed"] == 7
        assert rig.http.post("/run/fal-ai/flux-2/stream", json={}).status_code == 422


def test_a_token_for_apps_is_json_text(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        reply = rig.http.post("/rest/tokens/", json={"allowed_apps": ["flux-2"], "token_expiration": 120})

        assert (reply.status_code, type(reply.json())) == (200, str)


@pytest.mark.parametrize(
    "path",
    [FLASH, "/run/fal-ai/flux-2", "/rest/storage/upload/initiate", "/rest/storage/auth/token", "/rest/tokens/"],
)
def test_an_account_without_balance_is_locked_before_anything_is_looked_at(tmp_path: Path, path: str) -> None:
    with running(tmp_path, balance=Decimal(0)) as rig:
        reply = rig.http.post(path, json={"not": "valid"})

        assert (reply.status_code, reply.json()) == (
            403,
            {"detail": "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."},
        )


def test_request_ids_begin_with_their_time_and_results_say_who_served_them(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        before = int(time.time() * 1000)
        made = rig.submit()
        result = rig.http.get(made["response_url"])

        assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", made["request_id"])
        assert before - 1000 <= int(made["request_id"].replace("-", "")[:12], 16) <= int(time.time() * 1000) + 1000
        assert result.headers["x-fal-served-from"]


def test_one_prompt_in_seven_comes_back_without_sizes(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        silent, stated = (rig.result(body={"prompt": p, "seed": 7}).json()["images"][0] for p in ("fox 1", "a fox"))

        assert (silent["width"], silent["height"], silent["file_size"]) == (None, None, None)
        assert (stated["width"], stated["height"]) == (1024, 768)
        assert stated["file_size"] > 0


def test_the_open_models_answer_with_all_declared_fields(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        reply = rig.result(body={"prompt": "a fox", "seed": 7, "num_images": 2})

        data = reply.json()
        assert set(data) == {"images", "timings", "seed", "has_nsfw_concepts", "prompt"}
        assert (data["seed"], data["prompt"], data["has_nsfw_concepts"]) == (7, "a fox", [False, False])
        assert set(data["timings"]) == {"inference"}
        first = data["images"][0]
        assert first == {
            "url": first["url"],
            "content_type": "image/png",
            "file_name": "0.png",
            "file_size": len(plain_http.get(first["url"]).content),
            "width": 1024,
            "height": 768,
        }
        assert reply.headers["x-fal-request-id"] in first["url"]
        assert reply.headers["x-fal-billable-units"] == "2"


def test_the_closed_models_answer_with_images_and_seed_only(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        reply = rig.result("/queue/fal-ai/flux-2-max", {"prompt": "a fox", "seed": 7})

        assert set(reply.json()) == {"images", "seed"}
        assert reply.json()["images"][0]["content_type"] == "image/jpeg"
        assert reply.json()["images"][0]["file_name"] == "0.jpg"


def test_units_are_the_cost_in_first_megapixels(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        body = {"prompt": "a fox", "image_urls": ["https://example.com/a.png"], "image_size": "square_hd"}

        # $0.10 at $0.07 for the first megapixel
        assert rig.result(MAX_EDIT, body).headers["x-fal-billable-units"] == "1.43"


def test_an_expanded_prompt_comes_back(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        data = rig.result(body={"prompt": "a fox", "enable_prompt_expansion": True}).json()

        assert data["prompt"] == "a fox, in rich detail"


def test_without_a_seed_each_job_draws_its_own_of_32_bits(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        seeds = {rig.result().json()["seed"] for _ in range(4)}

        assert len(seeds) == 4
        assert all(0 <= seed < 2**32 for seed in seeds)


def test_a_seed_of_null_counts_as_none(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        assert isinstance(rig.result(body={"prompt": "a fox", "seed": None}).json()["seed"], int)


def test_a_cancelled_job_ends_with_499(tmp_path: Path) -> None:
    clock = Clock()
    with running(tmp_path, latency=Latency(queued=5, running=5), clock=clock) as rig:
        job = rig.submit()

        clock.now += 2
        cancelled = rig.http.put(job["cancel_url"])
        again = rig.http.put(job["cancel_url"])
        status = rig.http.get(job["status_url"])
        result = rig.http.get(job["response_url"])

        assert (cancelled.status_code, cancelled.json()) == (202, {"status": "CANCELLATION_REQUESTED"})
        assert (again.status_code, again.json()) == (400, {"status": "ALREADY_COMPLETED"})
        assert (status.status_code, status.json()["error_type"]) == (200, "client_cancelled")
        assert (result.status_code, result.json()["error_type"]) == (499, "client_cancelled")
        assert result.headers["x-fal-error-type"] == "client_cancelled"


def test_a_job_that_is_over_cannot_be_cancelled(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        job = rig.submit()

        reply = rig.http.put(job["cancel_url"])

        assert (reply.status_code, reply.json()) == (400, {"status": "ALREADY_COMPLETED"})
        assert rig.http.get(job["response_url"]).status_code == 200


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(block.removeprefix("data: ")) for block in text.split("\n\n") if block]


def test_the_stream_tells_each_change_and_ends_with_completed(tmp_path: Path) -> None:
    with running(tmp_path, latency=Latency(queued=0.75, running=0.4)) as rig:
        job = rig.submit()

        reply = rig.http.get(f"{job['status_url']}/stream", params={"logs": "1"})

        told = events(reply.text)
        assert reply.headers["content-type"].startswith("text/event-stream")
        assert [e["queue_position"] for e in told if e["status"] == "IN_QUEUE"] == [2, 1, 0]
        assert [e["status"] for e in told][3:4] == ["IN_PROGRESS"]
        assert told[-1]["status"] == "COMPLETED"
        assert len([e for e in told if e.get("logs")]) > 1
        assert [line["message"] for e in told for line in e.get("logs") or ()] == [
            "step 1/4",
            "step 2/4",
            "step 3/4",
            "step 4/4",
        ]


def test_the_stream_of_a_finished_job_is_one_event(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        reply = rig.http.get(f"{rig.submit()['status_url']}/stream")

        assert [(e["status"], e["logs"]) for e in events(reply.text)] == [("COMPLETED", None)]


def test_the_last_event_comes_when_the_job_is_over_and_the_connection_lives_on(tmp_path: Path) -> None:
    with running(tmp_path, latency=Latency(queued=0.3, running=0.3)) as rig:
        began = time.monotonic()
        job = rig.submit()
        told = []
        with rig.http.stream("GET", f"{job['status_url']}/stream") as reply:
            told = [(time.monotonic() - began, line) for line in reply.iter_lines() if line]

        assert "COMPLETED" in told[-1][1]
        assert 0.59 < told[-1][0] < 4
        assert told[0][0] < told[-1][0] - 0.15
        assert rig.http.get(job["response_url"]).status_code == 200


def test_a_stream_notices_a_cancellation(tmp_path: Path) -> None:
    with running(tmp_path, latency=Latency(queued=60, running=60)) as rig:
        job = rig.submit()
        timer = threading.Timer(0.1, httpx.put, [job["cancel_url"]], {"headers": {"Authorization": "Key a:b"}})
        timer.start()

        told = events(rig.http.get(f"{job['status_url']}/stream").text)
        timer.join()

        assert told[-1]["error_type"] == "client_cancelled"


def test_the_sync_call_waits_and_answers_with_the_result(tmp_path: Path) -> None:
    with running(tmp_path, latency=Latency(queued=0.05, running=0.1)) as rig:
        began = time.monotonic()
        reply = rig.http.post("/run/fal-ai/flux-2", json={"prompt": "a fox", "seed": 3})

        assert time.monotonic() - began >= 0.15
        assert (reply.status_code, reply.json()["seed"]) == (200, 3)
        assert reply.headers["x-fal-billable-units"] == "1"
        assert plain_http.get(reply.json()["images"][0]["url"]).status_code == 200
        assert len(reply.headers["x-fal-request-id"]) == 36


def test_the_sync_call_refuses_like_the_queue(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        assert rig.http.post("/run/fal-ai/flux-2", json={}).status_code == 422
        assert rig.http.post("/run/fal-ai/flux-9", json={"prompt": "x"}).status_code == 404


def test_a_webhook_adds_the_gateways_id(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        data = rig.submit(f"{FLASH}?fal_webhook=https://example.com/hook")

        assert data["gateway_request_id"] == data["request_id"]


def test_a_queue_longer_than_asked_for_is_429(tmp_path: Path) -> None:
    with running(tmp_path, latency=Latency(queued=60, running=1)) as rig:
        rig.submit()

        assert rig.http.post(f"{FLASH}?fal_max_queue_length=1", json={"prompt": "x"}).status_code == 200
        refused = rig.http.post(f"{FLASH}?fal_max_queue_length=1", json={"prompt": "x"})
        other = rig.http.post("/queue/fal-ai/flux-2?fal_max_queue_length=0", json={"prompt": "x"})

        assert refused.status_code == 429
        assert other.status_code == 200


NO_KEY = 'Cannot access application "fal-ai/flux-2". Authentication is required.'
NO_HEADER = "Authorization header is required"
BAD = "Invalid Key Authorization header format. Expected '<key_id>:<key_secret>'."


@pytest.mark.parametrize(("header", "detail"), [(None, None), ("Bearer a:b", BAD), ("Key", BAD), ("a:b", BAD)])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", FLASH),
        ("POST", "/run/fal-ai/flux-2"),
        ("GET", "/queue/fal-ai/flux-2/requests/00000000-0000-4000-a000-000000000000"),
        ("POST", "/rest/storage/upload/initiate"),
        ("POST", "/rest/storage/auth/token"),
        ("GET", "/api/v1/models/pricing?endpoint_id=fal-ai/flux-2"),
        ("GET", "/api/v1/models/requests/by-endpoint?endpoint_id=fal-ai/flux-2"),
    ],
)
def test_a_request_without_a_proper_key_is_401(
    tmp_path: Path, method: str, path: str, header: str | None, detail: str | None
) -> None:
    with running(tmp_path) as rig:
        headers = {} if header is None else {"Authorization": header}
        reply = httpx.request(method, rig.server.url + path, headers=headers, trust_env=False)

        detail = detail or (NO_HEADER if path.startswith(("/rest", "/api")) else NO_KEY)
        if header is None and method == "GET" and path.startswith("/queue"):
            assert (reply.status_code, reply.json()) == (404, {"status": "NOT_FOUND"}), "fal knows no job without a key"
        else:
            assert (reply.status_code, reply.json()) == (401, {"detail": detail})


def test_only_known_keys_are_accepted_where_keys_are_given(tmp_path: Path) -> None:
    with running(tmp_path, keys=frozenset({"good:key"})) as rig:
        wrong = rig.http.post(FLASH, json={"prompt": "x"})
        right = rig.http.post(FLASH, json={"prompt": "x"}, headers={"Authorization": "Key good:key"})

        assert (wrong.status_code, wrong.json()) == (401, {"detail": "No user found for Key ID and Secret"})
        assert right.status_code == 200


def test_other_paths_and_methods_are_refused_and_marked(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        nowhere, wrong = rig.http.get("/nowhere"), rig.http.delete(FLASH)

        assert (nowhere.status_code, wrong.status_code) == (404, 405)
        assert nowhere.headers["x-flux2-sandbox"] == wrong.headers["x-flux2-sandbox"] == "1"


def test_requests_are_counted_and_listed(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        job = rig.submit(f"{FLASH}?fal_webhook=https://example.com/secret")
        url = rig.http.get(job["response_url"]).json()["images"][0]["url"]
        plain_http.get(url)

        root = f"/queue/fal-ai/flux-2/requests/{job['request_id']}"
        assert rig.server.requests == [
            ("POST", FLASH, True),
            ("GET", root, True),
            ("GET", f"/cdn/files/b/{job['request_id']}/0.png", False),
        ]
        assert rig.server.counts == {("POST", "fal.submit"): 1, ("GET", "fal.result"): 1, ("GET", "fal.image"): 1}


def test_an_endpoint_answers_under_its_other_name(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        reply = rig.result("/queue/fal-ai/flux-2/klein/4b/distilled", {"prompt": "a fox", "seed": 7})

        assert (reply.status_code, reply.json()["seed"]) == (200, 7)
