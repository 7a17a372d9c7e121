"""The platform API and the proxy address."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from support import plain_http
from support.sandbox_rig import FLASH, Clock, running

from flux2cli.sandbox.job_store import Latency

HISTORY = "/api/v1/models/requests/by-endpoint"
START = 1_600_000_000.0


def test_models_are_listed_without_a_key(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        data = plain_http.get(f"{rig.server.url}/api/v1/models").json()
        one = rig.http.get("/api/v1/models", params={"endpoint_id": "fal-ai/flux-2-max/edit"}).json()

        assert {"fal-ai/flux-2", "fal-ai/flux-2/flash/edit"} <= {m["endpoint_id"] for m in data["models"]}
        assert (data["has_more"], data["next_cursor"]) == (False, None)
        assert [m["metadata"]["category"] for m in one["models"]] == ["image-to-image"]


def test_prices_are_those_of_the_first_megapixel(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        both = ["fal-ai/flux-2/flash", "fal-ai/flux-2-max"]
        repeated = rig.http.get("/api/v1/models/pricing", params={"endpoint_id": both}).json()
        listed = rig.http.get("/api/v1/models/pricing", params={"endpoint_id": ",".join(both)}).json()

        assert repeated == listed
        assert repeated["prices"] == [
            {"endpoint_id": "fal-ai/flux-2/flash", "unit_price": 0.005, "unit": "megapixels", "currency": "USD"},
            {"endpoint_id": "fal-ai/flux-2-max", "unit_price": 0.07, "unit": "megapixels", "currency": "USD"},
        ]


@pytest.mark.parametrize(("query", "status"), [("", 400), ("endpoint_id=fal-ai/flux-9", 404)])
def test_prices_of_nothing_or_of_the_unknown_are_errors(tmp_path: Path, query: str, status: int) -> None:
    with running(tmp_path) as rig:
        assert rig.http.get(f"/api/v1/models/pricing?{query}").status_code == status


def test_the_history_tells_what_was_asked_and_what_came(tmp_path: Path) -> None:
    clock = Clock(START)
    with running(tmp_path, latency=Latency(queued=1, running=2), clock=clock, faults=["failed:1"]) as rig:
        bad = rig.submit()["request_id"]
        clock.now += 1
        body = {"prompt": "a cat", "seed": 7}
        good = rig.submit(body=body)["request_id"]
        rig.submit("/queue/fal-ai/flux-2")
        clock.now += 5

        def items(**query: Any) -> list[dict[str, Any]]:
            reply = rig.http.get(HISTORY, params={"endpoint_id": "fal-ai/flux-2/flash", **query})
            assert reply.status_code == 200, reply.text
            found: list[dict[str, Any]] = reply.json()["items"]
            return found

        assert [item["request_id"] for item in items()] == [good, bad]
        assert items()[0] == {
            "request_id": good,
            "endpoint_id": "fal-ai/flux-2/flash",
            "sent_at": "2020-09-13T12:26:41+00:00",
            "started_at": "2020-09-13T12:26:42+00:00",
            "ended_at": "2020-09-13T12:26:44+00:00",
            "status_code": 200,
            "duration": 2.0,
        }
        whole = items(request_id=good, expand="payloads")[0]
        assert whole["json_input"] == body
        assert whole["json_output"]["seed"] == 7
        assert [item["request_id"] for item in items(status="error")] == [bad]
        assert [item["request_id"] for item in items(status="success")] == [good]
        assert items(status="user_error") == []
        assert [i["request_id"] for i in items(end="2020-09-13T12:26:41Z")] == [bad]
        assert [i["request_id"] for i in items(start="2020-09-13T12:26:41Z")] == [good]


def test_a_job_that_runs_has_no_end_in_the_history(tmp_path: Path) -> None:
    clock = Clock(START)
    with running(tmp_path, latency=Latency(queued=1, running=2), clock=clock) as rig:
        rig.submit()
        query = {"endpoint_id": "fal-ai/flux-2/flash"}
        waiting = rig.http.get(HISTORY, params=query).json()["items"][0]
        clock.now += 1.5
        runs = rig.http.get(HISTORY, params=query).json()["items"][0]

        assert (waiting["started_at"], waiting["ended_at"], waiting["status_code"]) == (None, None, None)
        assert (runs["started_at"], runs["ended_at"]) == ("2020-09-13T12:26:41+00:00", None)


def test_the_history_comes_in_pages(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        ids = {rig.submit()["request_id"] for _ in range(5)}
        seen: list[str] = []
        query = {"endpoint_id": "fal-ai/flux-2/flash", "limit": "2"}
        sizes = []
        while True:
            page = rig.http.get(HISTORY, params=query).json()
            sizes.append(len(page["items"]))
            seen += [item["request_id"] for item in page["items"]]
            if not page["has_more"]:
                break
            query["cursor"] = page["next_cursor"]

        assert (sizes, set(seen)) == ([2, 2, 1], ids)


@pytest.mark.parametrize("query", ["", "endpoint_id=x&start=yesterday", "endpoint_id=x&limit=many"])
def test_a_malformed_question_to_the_history_is_400(tmp_path: Path, query: str) -> None:
    with running(tmp_path) as rig:
        assert rig.http.get(f"{HISTORY}?{query}").status_code == 400


def test_a_lost_reply_can_be_found_in_the_history(tmp_path: Path) -> None:
    with running(tmp_path, faults=["lost-reply"]) as rig:
        with pytest.raises(httpx.RemoteProtocolError):
            rig.http.post(FLASH, json={"prompt": "only once"})
        query = {"endpoint_id": "fal-ai/flux-2/flash", "expand": "payloads"}
        found = rig.http.get(HISTORY, params=query).json()["items"]

        assert [item["json_input"] for item in found] == [{"prompt": "only once"}]


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("POST", "https://queue.fal.run/fal-ai/flux-2", 200),
        ("POST", "https://fal.run/fal-ai/flux-2", 200),
        ("GET", "https://api.fal.ai/v1/models/pricing?endpoint_id=fal-ai/flux-2", 200),
        ("GET", "https://queue.fal.run/fal-ai/flux-2", 404),
        ("POST", "https://elsewhere.example/fal-ai/flux-2", 404),
        ("POST", "", 404),
    ],
)
def test_the_proxy_address_serves_the_target_of_the_header(
    tmp_path: Path, method: str, target: str, status: int
) -> None:
    with running(tmp_path) as rig:
        reply = rig.http.request(method, "/proxy", json={"prompt": "x"}, headers={"x-fal-target-url": target})

        assert reply.status_code == status
