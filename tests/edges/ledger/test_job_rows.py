"""A job comes back from the ledger as it was stored, and a change changes what it names."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import pytest

from flux2cli.core.job.job import Job, JobError, JobFile
from flux2cli.core.job.recorded_input import Input
from flux2cli.core.money.job_cost import Cost
from flux2cli.core.request.output_path import Output
from flux2cli.edges.ledger import Ledger, new_job_id, timestamp
from flux2cli.wire import RemoteImage, Result

FOX = Job(
    job_id="foxfox22",
    state="submitting",
    provider="fal",
    variant="flash",
    endpoint="fal-ai/flux-2/flash",
    mode="text",
    request_key="key-of-the-fox",
    created_at="2026-03-01T10:00:00.000Z",
    updated_at="2026-03-01T10:00:00.000Z",
    prompt="a fox",
    seed=7,
    payload={"prompt": "a fox", "seed": 7},
    payload_sha256="ab" * 32,
    output=Output(directory="/home/ann/pictures", name="{slug}-{seed}.{ext}"),
)


@pytest.fixture
def clock() -> list[datetime]:
    return [datetime(2026, 3, 1, 10, 0, 1, tzinfo=UTC)]


@pytest.fixture
def ledger(tmp_path: Path, clock: list[datetime]) -> Iterator[Ledger]:
    books = Ledger(tmp_path / "state", now=lambda: clock[0])
    yield books
    books.close()


def test_a_job_comes_back_as_it_was_stored(ledger: Ledger) -> None:
    full = replace(
        FOX,
        prompt='“füchse”\n[bold]\x1b[31m 🦊 \x00 "; DROP TABLE jobs; --',
        seed=2**64 + 1,
        payload={"b": 1, "a": [1.5, None, True], "z": {"ü": "🦊"}},
        output=Output(directory="/tmp/ü", name="x.png", explicit=True, overwrite=True),
        inputs=(Input(name="a.png", url="https://example.com/a.png"),),
        warnings=("one", "two"),
        label="hero",
        row_id="row-1",
        row_key="k1",
        meta={"kind": "animal"},
        estimate=Cost(low=Decimal("0.005"), high=Decimal("0.010")),
        sandbox=True,
    )
    stored = ledger.begin(full)
    assert stored == replace(full, owner=stored.owner, updated_at="2026-03-01T10:00:01.000Z")
    assert stored.owner is not None
    assert list(stored.payload) == ["b", "a", "z"]
    ledger.close()
    assert ledger.get("foxfox22") == stored


def test_read_only_mappings_and_paths_that_are_not_utf8_are_kept(ledger: Ledger) -> None:
    path = b"/tmp/caf\xe9/a.png".decode("utf-8", "surrogateescape")
    ledger.begin(replace(FOX, payload=MappingProxyType({"prompt": "a \ud800 fox"}), prompt="a \ud800 fox"))
    ledger.choose("foxfox22", JobFile(index=0, path=path, sha256="cd" * 32, bytes=3))
    job = ledger.update("foxfox22", state="submitted", request_id="r-\udc80")
    assert job.files[0].path == path
    assert job.prompt == "a \ud800 fox"
    assert job.payload == {"prompt": "a \ud800 fox"}
    assert job.request_id == "r-\udc80"
    assert ledger.jobs(label="\udc80") == []


def test_update_changes_only_what_is_given(ledger: Ledger, clock: list[datetime]) -> None:
    before = ledger.begin(FOX)
    clock[0] = datetime(2026, 3, 1, 12, 0, 2, 500_000, tzinfo=timezone(timedelta(hours=2)))
    follow = {"status": "requests/r-1/status", "result": "requests/r-1"}
    after = ledger.update("foxfox22", state="submitted", request_id="r-1", follow=follow)
    assert after == replace(
        before, state="submitted", request_id="r-1", follow=follow, updated_at="2026-03-01T10:00:02.500Z"
    )
    result = Result(images=(RemoteImage(width=8, nsfw=True),), seed=9, timings={"inference": 1.5})
    after = ledger.update("foxfox22", state="ready", result=result, seed=9, warnings=("late",), sandbox=True)
    assert (after.request_id, after.follow, after.result, after.seed) == ("r-1", follow, result, 9)
    assert (after.warnings, after.sandbox, after.error) == (("late",), True, None)
    after = ledger.update("foxfox22", error=JobError(code="not_saved", message="Full."), seed=None)
    assert (after.state, after.error, after.seed) == ("ready", JobError(code="not_saved", message="Full."), None)
    assert ledger.update("foxfox22", error=None).error is None


def test_a_change_that_the_ledger_does_not_know_is_refused_whole(ledger: Ledger) -> None:
    ledger.begin(FOX)
    with pytest.raises(TypeError, match="prompt"):
        ledger.update("foxfox22", state="submitted", prompt="an owl")  # type: ignore[call-arg]
    assert ledger.get("foxfox22").state == "submitting"


def test_ids_are_eight_characters_of_a_to_z_and_2_to_7() -> None:
    ids = [new_job_id() for _ in range(500)]
    assert set("".join(ids)) == set("abcdefghijklmnopqrstuvwxyz234567")
    assert {len(job_id) for job_id in ids} == {8}
    assert len(set(ids)) == 500


def test_times_are_written_in_utc_and_sort_as_text() -> None:
    moment = datetime(2026, 3, 1, 23, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=-5)))
    assert timestamp(moment) == "2026-03-02T04:59:59.999Z"
    assert timestamp(datetime(2026, 3, 1, tzinfo=UTC)) == "2026-03-01T00:00:00.000Z"
