"""Each fault on demand, seen from the client's side, and how it is chosen."""

import http.client
import json
import time
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from support import plain_http
from support.sandbox_rig import FLASH, KEY, Clock, Rig, running
from support.shell import Shell

from flux2cli.runs.sandbox import emulators
from flux2cli.sandbox.faults import KINDS, Faults, parse_fault
from flux2cli.sandbox.job_store import Latency

BALANCE = "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."


def stored(state: Path) -> int:
    return len(list((state / "jobs").glob("*.json")))


def post(rig: Rig, fault: str = "") -> httpx.Response:
    return rig.http.post(FLASH, json={"prompt": "a fox"}, headers={"X-Flux2-Fault": fault} if fault else None)


def test_a_lost_reply_leaves_a_job_and_not_a_byte(tmp_path: Path) -> None:
    with running(tmp_path, faults=["lost-reply"]) as rig:
        with pytest.raises(httpx.RemoteProtocolError, match="disconnected without sending a response"):
            post(rig)

        assert stored(tmp_path) == 1


def test_lost_before_the_body_leaves_no_job(tmp_path: Path) -> None:
    with running(tmp_path, faults=["lost-before"]) as rig:
        with pytest.raises(httpx.TransportError):
            rig.http.post(FLASH, json={"prompt": "x" * 5_000_000})

        assert stored(tmp_path) == 0


@pytest.mark.parametrize(
    ("fault", "status", "detail"),
    [
        ("401", 401, "No user found for Key ID and Secret"),
        ("403-balance", 403, BALANCE),
        ("429", 429, "Too many requests"),
        ("500", 500, "Internal Server Error"),
        ("503", 503, "Service Unavailable"),
    ],
)
def test_refusals_make_no_job_and_name_no_request(tmp_path: Path, fault: str, status: int, detail: str) -> None:
    with running(tmp_path, faults=[fault]) as rig:
        reply = post(rig)

        assert (reply.status_code, reply.json()) == (status, {"detail": detail})
        assert "x-fal-request-id" not in reply.headers
        assert "retry-after" not in reply.headers
        assert stored(tmp_path) == 0


def test_422_comes_in_the_shape_of_the_schema(tmp_path: Path) -> None:
    with running(tmp_path, faults=["422"]) as rig:
        reply = post(rig)

        assert (reply.status_code, reply.json()["detail"][0]["type"]) == (422, "missing")


def test_429_can_say_when_to_come_back(tmp_path: Path) -> None:
    with running(tmp_path, faults=["429=3:1"]) as rig:
        assert post(rig).headers["retry-after"] == "3"
        assert post(rig).status_code == 200


def test_502_is_the_gateways_page(tmp_path: Path) -> None:
    with running(tmp_path, faults=["502"]) as rig:
        reply = post(rig)

        assert (reply.status_code, reply.headers["content-type"]) == (502, "text/html; charset=utf-8")
        assert "502 Bad Gateway" in reply.text


def test_500_accepted_names_a_job_that_exists(tmp_path: Path) -> None:
    with running(tmp_path, faults=["500-accepted"]) as rig:
        reply = post(rig)

        assert reply.status_code == 500
        job = reply.headers["x-fal-request-id"]
        assert rig.http.get(f"/queue/fal-ai/flux-2/requests/{job}/status").json()["status"] == "COMPLETED"


@pytest.mark.parametrize(
    ("fault", "kind", "text"),
    [
        ("unknown-fields", "application/json", "{}"),
        ("empty", "application/json", ""),
        ("not-json", "text/html; charset=utf-8", "<html><head><title>Welcome</title></head>"),
    ],
)
def test_unusable_replies_come_with_200_for_a_job_that_exists(tmp_path: Path, fault: str, kind: str, text: str) -> None:
    with running(tmp_path, faults=[fault]) as rig:
        reply = post(rig)

        assert (reply.status_code, reply.headers["content-type"]) == (200, kind)
        assert reply.text[:41] == text
        assert stored(tmp_path) == 1


def test_a_huge_reply_has_50_megabytes(tmp_path: Path) -> None:
    with running(tmp_path, faults=["huge"]) as rig:
        assert len(post(rig).content) > 50_000_000


def test_moderation_is_told_in_the_result(tmp_path: Path) -> None:
    with running(tmp_path, faults=["moderated"]) as rig:
        job = rig.submit()
        status = rig.http.get(job["status_url"])
        reply = rig.http.get(job["response_url"])

        assert (status.status_code, status.json()["status"]) == (200, "COMPLETED")
        assert status.json()["error"] == reply.json()["detail"][0]["msg"]
        assert reply.status_code == 422
        assert reply.json()["detail"][0]["type"] == "content_policy_violation"
        assert reply.json()["detail"][0]["loc"] == ["body", "prompt"]
        assert reply.headers["x-fal-billable-units"] == "0"


def test_a_failed_job_is_completed_with_an_error_and_a_500(tmp_path: Path) -> None:
    with running(tmp_path, faults=["failed"]) as rig:
        job = rig.submit()
        status = rig.http.get(job["status_url"]).json()
        reply = rig.http.get(job["response_url"])

        assert (status["status"], status["error_type"]) == ("COMPLETED", "runner_server_error")
        assert status["error"] == "The runner failed to process the request."
        assert (reply.status_code, reply.headers["x-fal-error-type"]) == (500, "runner_server_error")
        assert reply.json() == {
            "detail": "The runner failed to process the request.",
            "error_type": "runner_server_error",
        }


def test_a_late_422_comes_in_the_result(tmp_path: Path) -> None:
    with running(tmp_path, faults=["422-late"]) as rig:
        reply = rig.result()

        assert (reply.status_code, reply.json()["detail"][0]["type"]) == (422, "missing")


def test_a_slow_job_takes_that_much_longer(tmp_path: Path) -> None:
    clock = Clock()
    with running(tmp_path, faults=["slow=30"], clock=clock) as rig:
        job = rig.submit()
        clock.now += 29
        running_still = rig.http.get(job["status_url"]).json()["status"]
        clock.now += 2

        assert (running_still, rig.http.get(job["status_url"]).json()["status"]) == ("IN_PROGRESS", "COMPLETED")


def test_a_status_can_fail_before_it_works(tmp_path: Path) -> None:
    with running(tmp_path, faults=["status-500:2", "result-500:1"]) as rig:
        job = rig.submit()

        assert [rig.http.get(job["status_url"]).status_code for _ in range(3)] == [500, 500, 200]
        assert [rig.http.get(job["response_url"]).status_code for _ in range(2)] == [500, 200]


def image_url(rig: Rig) -> str:
    url: str = rig.result().json()["images"][0]["url"]
    return url


def test_a_broken_download_announces_more_than_it_sends(tmp_path: Path) -> None:
    with running(tmp_path, faults=["broken-download"]) as rig:
        url = urlsplit(image_url(rig))
        connection = http.client.HTTPConnection(url.netloc, timeout=10)
        connection.request("GET", url.path)
        reply = connection.getresponse()
        announced = int(reply.headers["Content-Length"])
        with pytest.raises(http.client.IncompleteRead) as broken:
            reply.read()
        connection.close()

        assert len(broken.value.partial) == announced // 2


def test_a_broken_download_works_the_second_time_when_asked_so(tmp_path: Path) -> None:
    with running(tmp_path, faults=["broken-download:1"]) as rig:
        for url in (image_url(rig), image_url(rig)):
            with pytest.raises(httpx.RemoteProtocolError):
                plain_http.get(url)
            assert plain_http.get(url).status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ("html-download", 200, "text/html; charset=utf-8"),
        ("missing-download", 404, "application/json"),
        ("download-500", 500, "text/html; charset=utf-8"),
    ],
)
def test_downloads_that_are_no_image(tmp_path: Path, fault: str, status: int, kind: str) -> None:
    with running(tmp_path, faults=[fault]) as rig:
        reply = plain_http.get(image_url(rig))

        assert (reply.status_code, reply.headers["content-type"]) == (status, kind)


def heard(rig: Rig, status_url: str, timeout: float = 10) -> tuple[list[str], str]:
    """The states that a stream tells, and how it ends."""
    told: list[str] = []
    try:
        with rig.http.stream("GET", f"{status_url}/stream", timeout=timeout) as reply:
            for line in reply.iter_lines():
                told += [json.loads(line[6:])["status"]] if line else []
    except httpx.ReadTimeout:
        return told, "silent"
    except httpx.RemoteProtocolError:
        return told, "broken"
    return told, "ended"


def test_a_stalled_stream_says_one_thing_and_stays_open(tmp_path: Path) -> None:
    with running(tmp_path, faults=["stream-stall"], latency=Latency(queued=9, running=9)) as rig:
        assert heard(rig, rig.submit()["status_url"], timeout=0.4) == (["IN_QUEUE"], "silent")


@pytest.mark.parametrize(("fault", "end"), [("stream-cut", "ended"), ("stream-broken", "broken")])
def test_a_stream_that_ends_early(tmp_path: Path, fault: str, end: str) -> None:
    with running(tmp_path, faults=[f"{fault}:1"], latency=Latency(queued=0.6, running=0.1)) as rig:
        job = rig.submit()

        assert heard(rig, job["status_url"]) == (["IN_QUEUE"], end)
        assert heard(rig, job["status_url"])[0][-1] == "COMPLETED"


def test_a_buffered_stream_comes_all_at_once(tmp_path: Path) -> None:
    with running(tmp_path, faults=["stream-buffered"], latency=Latency(queued=0.1, running=0.2)) as rig:
        job = rig.submit()
        began = time.monotonic()
        with rig.http.stream("GET", f"{job['status_url']}/stream") as reply:
            head_after = time.monotonic() - began
            text = reply.read().decode()

        assert head_after > 0.2
        assert "IN_QUEUE" in text
        assert "COMPLETED" in text


def test_an_upload_can_fail(tmp_path: Path) -> None:
    with running(tmp_path, faults=["upload-failed:1"]) as rig:
        said = rig.http.post("/rest/storage/upload/initiate", json={"content_type": "a/b", "file_name": "a"}).json()

        assert [plain_http.put(said["upload_url"], content=b"x").status_code for _ in range(2)] == [
            500,
            200,
        ]


def test_a_fault_can_be_asked_for_by_one_request(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        assert post(rig, "503").status_code == 503
        assert post(rig).status_code == 200
        url = image_url(rig)
        assert plain_http.get(url, headers={"X-Flux2-Fault": "missing-download"}).status_code == 404
        assert plain_http.get(url).status_code == 200


def test_a_fault_of_a_jobs_later_life_can_be_asked_for_at_submit(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        reply = rig.result(headers={"X-Flux2-Fault": "missing-download:1"})
        url = reply.json()["images"][0]["url"]

        assert [plain_http.get(url).status_code for _ in range(2)] == [404, 200]


@pytest.mark.parametrize("path", [FLASH, "status", "image"])
def test_an_unknown_fault_in_the_header_is_a_400_that_lists_them(tmp_path: Path, path: str) -> None:
    with running(tmp_path) as rig:
        job = rig.submit()
        targets = {"status": job["status_url"], "image": image_url(rig), FLASH: FLASH}
        reply = rig.http.request(
            "POST" if path == FLASH else "GET",
            targets[path],
            json={"prompt": "a fox"},
            headers={"X-Flux2-Fault": "surprise"},
        )

        assert reply.status_code == 400
        assert reply.json()["detail"].startswith("There is no fault `surprise`; known: lost-before, lost-reply, 401,")


def test_the_first_n_submits_are_struck(tmp_path: Path) -> None:
    with running(tmp_path, faults=["429:2", "503:1"]) as rig:
        assert [post(rig).status_code for _ in range(4)] == [429, 429, 503, 200]


def test_a_share_of_the_submits_is_struck(tmp_path: Path) -> None:
    with running(tmp_path, faults=["503:25%"]) as rig:
        assert [post(rig).status_code for _ in range(8)] == [200, 200, 200, 503, 200, 200, 200, 503]


def test_the_first_n_jobs_end_badly(tmp_path: Path) -> None:
    with running(tmp_path, faults=["moderated:1"]) as rig:
        assert [rig.result().status_code for _ in range(2)] == [422, 200]


def test_refused_submits_use_up_no_fault_of_a_jobs_life(tmp_path: Path) -> None:
    with running(tmp_path, faults=["moderated:1"]) as rig:
        rig.http.post("/run/fal-ai/flux-2", json={})

        assert rig.result().status_code == 422


def test_a_sync_call_draws_the_same_faults(tmp_path: Path) -> None:
    with running(tmp_path, faults=["429:1", "moderated:1"]) as rig:
        codes = [rig.http.post("/run/fal-ai/flux-2", json={"prompt": "x"}).status_code for _ in range(3)]

        assert codes == [429, 422, 200]


@pytest.mark.parametrize("text", ["surprise", "429:", "429:-1", "401=3", "503:101%", "=", "429=x"])
def test_a_fault_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"`.*`"):
        Faults.parse([text])


@pytest.mark.parametrize("text", ["429=3:2", "moderated", "slow=60", "broken-download:1"])
def test_a_fault_reads_back_from_its_own_text(text: str) -> None:
    assert str(parse_fault(text)) == text


def test_every_fault_says_what_it_does() -> None:
    assert all(kind.summary and kind.name == name for name, kind in KINDS.items())


def test_a_balance_runs_down_and_then_locks_the_account(tmp_path: Path) -> None:
    with running(tmp_path, balance=Decimal("0.012")) as rig:
        replies = [post(rig) for _ in range(3)]

        assert [r.status_code for r in replies] == [200, 200, 403]
        assert replies[2].json() == {"detail": BALANCE}
        assert rig.server.state.balance.amount == Decimal("0.002")


def test_a_balance_counts_images_and_references(tmp_path: Path) -> None:
    body = {"prompt": "x", "image_urls": ["https://example.com/a.png"] * 2, "num_images": 3}
    with running(tmp_path, balance=Decimal(1)) as rig:
        rig.submit("/queue/fal-ai/flux-2/flash/edit", body)

        assert rig.server.state.balance.amount == Decimal("0.975")


def test_no_key_reaches_the_disk(tmp_path: Path) -> None:
    with running(tmp_path, faults=["failed:1", "broken-download:1"]) as rig:
        rig.submit()
        rig.upload(b"x")
        rig.result()

    texts = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert len(texts) >= 4
    assert not [text for text in texts if b"the-secret" in text or KEY.encode() in text]


def test_the_faults_of_some_providers_are_faults() -> None:
    assert {name for emulator in emulators() for name in emulator.FAULTS} <= set(KINDS)


def test_the_list_says_what_each_fault_does_and_which_providers_have_it(shell: Shell) -> None:
    lines = shell.run("sandbox", "--fault", "list").out.splitlines()

    assert [lines[0], *lines[3:5]] == [
        "NAME               STRIKES   PROVIDERS   WHAT HAPPENS",
        "401                submit    all         the key is rejected",
        "402                submit    vtrix, bfl  the account has no credits",
    ]
    assert "429                submit    all         too many requests; 429=N: seconds in Retry-After" in lines
    assert "stream-cut         stream    fal         the event stream ends after its first event" in lines
    assert len(lines) == 1 + len(KINDS)


def test_the_list_wraps_what_it_says_on_a_terminal(shell: Shell) -> None:
    ran = shell.run("sandbox", "--fault", "list", env={"COLUMNS": "60"}, terminal=True)

    assert ran.out.splitlines()[1:3] == [
        "lost-before        submit    all         the connection",
        "                                         closes before the",
    ]
