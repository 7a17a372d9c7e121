"""What every provider does in the sandbox: faults, downloads, keys, jobs that outlive the server."""

from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from support.emulated_apis import BflApi, EmulatedApi, FalApi, VtrixApi, as_base64, emulated, fetched, stored
from support.sandbox_rig import Clock, opened, png

from flux2cli.sandbox.job_store import Latency

ALL = pytest.mark.parametrize("kind", [FalApi, VtrixApi, BflApi])
WITH_NUMBERED_FIELDS = pytest.mark.parametrize("kind", [VtrixApi, BflApi])


@ALL
def test_the_same_fields_draw_the_same_image_and_another_seed_another(tmp_path: Path, kind: type[EmulatedApi]) -> None:
    with emulated(kind, tmp_path) as api:
        one, same, other = (fetched(api.image_url(api.body(seed=seed))).content for seed in (7, 7, 8))

        assert one == same != other


@ALL
def test_a_job_ends_while_no_server_runs_and_has_its_image_at_the_next(tmp_path: Path, kind: type[EmulatedApi]) -> None:
    clock = Clock()
    with emulated(kind, tmp_path, latency=Latency(queued=5, running=5), clock=clock) as api:
        job = api.job_id(api.create(api.body(seed=7)))
    clock.now += 60
    with emulated(kind, tmp_path, clock=clock) as api:
        url = api.image_of(job)

        assert api.poll(job).json()["status"] == kind.finished
        assert url.startswith(api.server.url)
        assert fetched(url).content == fetched(api.image_url(api.body(seed=7))).content


@ALL
def test_a_key_of_another_account_is_a_401(tmp_path: Path, kind: type[EmulatedApi]) -> None:
    with emulated(kind, tmp_path, keys=frozenset({"another"})) as api:
        assert [api.create().status_code, api.poll("x").status_code] == [401, 401]
        assert stored(tmp_path) == 0
    with emulated(kind, tmp_path, keys=frozenset({kind.KEY})) as api:
        assert api.create().status_code == 200


@ALL
@pytest.mark.parametrize("other", [FalApi, VtrixApi, BflApi])
def test_a_key_sent_to_an_image_is_noticed(tmp_path: Path, kind: type[EmulatedApi], other: type[EmulatedApi]) -> None:
    with emulated(kind, tmp_path) as api:
        url = api.image_url()
        assert fetched(url).status_code == 200
        assert api.server.leaks == []

        fetched(url, headers=other.HEADERS)

        assert api.server.leaks == [url.removeprefix(api.server.url).partition("?")[0]]


@WITH_NUMBERED_FIELDS
def test_neither_keys_nor_webhook_secrets_reach_the_disk(tmp_path: Path, kind: type[EmulatedApi]) -> None:
    with emulated(kind, tmp_path) as api:
        body = api.body(webhook_url="https://example.com/hook", webhook_secret="very-hidden")

        assert api.done(body)["status"] == kind.finished

    kept = [file.read_text() for file in (tmp_path / "jobs").iterdir()]
    assert len(kept) == 1
    assert "https://example.com/hook" in kept[0]
    assert "very-hidden" not in kept[0]
    assert kind.KEY not in kept[0]


@WITH_NUMBERED_FIELDS
def test_a_job_keeps_the_size_of_an_inline_image_and_not_its_bytes(tmp_path: Path, kind: type[EmulatedApi]) -> None:
    inline = as_base64(png(816, 400))
    with emulated(kind, tmp_path) as api:
        job = api.job_id(api.create(api.body(input_image=inline)))
    (file,) = (tmp_path / "jobs").iterdir()

    assert inline not in file.read_text()
    with emulated(kind, tmp_path) as api:
        assert opened(fetched(api.image_of(job)).content).size == (816, 400)


@ALL
def test_a_refused_submit_makes_no_job_when_the_balance_is_used_up(tmp_path: Path, kind: type[EmulatedApi]) -> None:
    with emulated(kind, tmp_path, balance=Decimal(0)) as api:
        assert api.create().status_code in (402, 403)
        assert stored(tmp_path) == 0


@ALL
def test_429_can_say_when_to_come_back_and_502_is_a_page(tmp_path: Path, kind: type[EmulatedApi]) -> None:
    with emulated(kind, tmp_path) as api:
        assert api.create(fault="429=3").headers["retry-after"] == "3"
        assert api.create(fault="502").headers["content-type"] == "text/html; charset=utf-8"


@ALL
@pytest.mark.parametrize("fault", ["lost-reply", "lost-before"])
def test_a_lost_response_has_a_job_and_a_connection_lost_before_has_none(
    tmp_path: Path, kind: type[EmulatedApi], fault: str
) -> None:
    with emulated(kind, tmp_path) as api:
        with pytest.raises(httpx.TransportError):
            api.create(fault=fault)

        assert stored(tmp_path) == (1 if fault == "lost-reply" else 0)


@ALL
@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [("unknown-fields", 200, "{}"), ("empty", 200, ""), ("not-json", 200, "<html>"), ("500-accepted", 500, '{"')],
)
def test_unusable_responses_come_for_a_job_that_exists(
    tmp_path: Path, kind: type[EmulatedApi], fault: str, status: int, text: str
) -> None:
    with emulated(kind, tmp_path) as api:
        response = api.create(fault=fault)

        assert (response.status_code, response.text[: len(text) or None]) == (status, text)
        assert stored(tmp_path) == 1


@ALL
@pytest.mark.parametrize(
    ("fault", "status"),
    [("html-download", 200), ("missing-download", 404), ("expired-download", 403), ("download-500", 500)],
)
def test_downloads_that_are_no_image(tmp_path: Path, kind: type[EmulatedApi], fault: str, status: int) -> None:
    with emulated(kind, tmp_path) as api:
        response = fetched(api.image_url(fault=fault))

        assert response.status_code == status
        assert not response.headers["content-type"].startswith("image/")


@ALL
def test_a_download_can_break_off_and_an_image_can_be_black(tmp_path: Path, kind: type[EmulatedApi]) -> None:
    with emulated(kind, tmp_path) as api:
        with pytest.raises(httpx.RemoteProtocolError):
            fetched(api.image_url(fault="broken-download"))
        black = opened(fetched(api.image_url(api.body(output_format="png"), fault="black")).content)

        assert black.getextrema() == ((0, 0), (0, 0), (0, 0))


@ALL
def test_a_slow_job_takes_that_much_longer(tmp_path: Path, kind: type[EmulatedApi]) -> None:
    clock = Clock()
    with emulated(kind, tmp_path, clock=clock) as api:
        job = api.job_id(api.create(fault="slow=30"))
        clock.now += 29
        early = api.poll(job).json()["status"]
        clock.now += 2

        assert (early, api.poll(job).json()["status"]) == (kind.running, kind.finished)


@ALL
def test_the_requests_are_counted_and_show_that_a_key_came(tmp_path: Path, kind: type[EmulatedApi]) -> None:
    with emulated(kind, tmp_path) as api:
        fetched(api.image_url())

        assert api.server.counts == kind.kinds
        assert [with_key for _, _, with_key in api.server.requests] == [True, True, False]
