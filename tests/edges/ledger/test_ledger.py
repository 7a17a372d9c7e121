"""What the ledger keeps of a job, which moves it allows, and how jobs are found again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flux2cli.core.job.job import NEXT, SETTLED, Job, JobFile, State
from flux2cli.core.request.output_path import Output
from flux2cli.edges.ledger import Ledger
from flux2cli.errors import InternalError, UnknownOutcomeError, UsageError

STATES: tuple[State, ...] = (
    "submitting", "not-sent", "rejected", "unknown", "submitted",
    "ready", "failed", "moderated", "cancelled", "expired", "saved",
)  # fmt: skip
WAY: dict[State, tuple[State, ...]] = {
    "submitting": (),
    "not-sent": ("not-sent",),
    "rejected": ("rejected",),
    "unknown": ("unknown",),
    "submitted": ("submitted",),
    "ready": ("submitted", "ready"),
    "failed": ("submitted", "failed"),
    "moderated": ("submitted", "moderated"),
    "cancelled": ("submitted", "cancelled"),
    "expired": ("submitted", "expired"),
    "saved": ("submitted", "ready", "saved"),
}
"""How a job gets to each state."""

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


def begun(ledger: Ledger, job_id: str, state: State = "submitting", **values: str) -> Job:
    job = ledger.begin(replace(FOX, job_id=job_id, request_key=job_id, **values))  # type: ignore[arg-type]
    for step in WAY[state]:
        job = ledger.update(job_id, state=step)
    return job


@pytest.mark.parametrize("to", STATES)
@pytest.mark.parametrize("start", STATES)
def test_a_state_moves_only_as_the_contract_says(ledger: Ledger, start: State, to: State) -> None:
    before = begun(ledger, "foxfox22", start)
    if to == start or to in NEXT.get(start, ()):
        assert ledger.update("foxfox22", state=to).state == to
        return
    with pytest.raises(InternalError, match=f"`foxfox22` is `{start}` and cannot become `{to}`") as refusal:
        ledger.update("foxfox22", state=to, request_id="r-9")
    assert refusal.value.job_id == "foxfox22"
    assert refusal.value.request_id == "r-9"
    assert ledger.get("foxfox22") == before


@pytest.mark.parametrize("state", STATES)
def test_a_settled_job_has_no_owner_and_any_other_has(ledger: Ledger, state: State) -> None:
    assert (begun(ledger, "foxfox22", state).owner is None) == (state in SETTLED)


def test_a_job_that_is_submitted_again_is_this_process_s_again(ledger: Ledger) -> None:
    owner = ledger.begin(FOX).owner
    assert ledger.update("foxfox22", state="not-sent").owner is None
    assert ledger.update("foxfox22", state="submitting").owner == owner
    assert ledger.recover() == []


def test_an_id_that_is_taken_is_replaced(ledger: Ledger) -> None:
    first, second = ledger.begin(FOX), ledger.begin(replace(FOX, prompt="an owl"))
    assert first.job_id == "foxfox22"
    assert second.job_id != "foxfox22"
    assert len(second.job_id) == 8
    assert ledger.get("foxfox22").prompt == "a fox"
    assert ledger.get(second.job_id).prompt == "an owl"


def test_a_unique_prefix_in_any_case_finds_the_job(ledger: Ledger) -> None:
    begun(ledger, "abcdefgh")
    begun(ledger, "abczzzzz")
    assert ledger.get("ABCD").job_id == "abcdefgh"
    assert ledger.get(" abcz ").job_id == "abczzzzz"


def test_a_prefix_of_several_ids_names_them(ledger: Ledger) -> None:
    begun(ledger, "abcdefgh")
    begun(ledger, "abcdzzzz")
    with pytest.raises(UsageError) as several:
        ledger.get("abcd")
    assert several.value.message == "`abcd` is the beginning of several job ids: `abcdzzzz`, `abcdefgh`."


def test_a_prefix_has_four_letters_at_least(ledger: Ledger) -> None:
    begun(ledger, "abcdefgh")
    with pytest.raises(UsageError) as short:
        ledger.get("abc")
    assert (short.value.message, short.value.hint) == (
        "`abc` is too short for a job id.", "type four letters of it at least"
    )  # fmt: skip


@pytest.mark.parametrize("prefix", ["xxxx", "", "%", "_bcdefgh", "abcdefghi", "ü", "\udcff", "a*"])
def test_a_prefix_of_no_job_says_how_to_list_them(ledger: Ledger, prefix: str) -> None:
    begun(ledger, "abcdefgh")
    with pytest.raises(UsageError, match="There is no job") as missing:
        ledger.get(prefix)
    assert missing.value.hint == "`flux2 jobs list` names them"


def test_jobs_are_listed_in_order_and_by_state_provider_and_label(ledger: Ledger) -> None:
    begun(ledger, "aaaaaaaa", "saved", label="hero")
    begun(ledger, "bbbbbbbb", "submitted", provider="bfl")
    begun(ledger, "cccccccc", "ready", label="hero", provider="bfl")

    def ids(jobs: list[Job]) -> str:
        return " ".join(job.job_id[0] for job in jobs)

    assert ids(ledger.jobs()) == "c b a"
    assert ids(ledger.jobs(newest_first=False)) == "a b c"
    assert ids(ledger.jobs(limit=2)) == "c b"
    assert ids(ledger.jobs(limit=0)) == ""
    assert ids(ledger.jobs(states=("saved", "ready"))) == "c a"
    assert ids(ledger.jobs(states=())) == ""
    assert ids(ledger.jobs(provider="bfl")) == "c b"
    assert ids(ledger.jobs(label="hero")) == "c a"
    assert ids(ledger.jobs(label="hero", provider="bfl", states=("ready",), limit=5)) == "c"
    assert ids(ledger.jobs(label="h%")) == ""


def test_identical_jobs_are_found_by_key_and_state(ledger: Ledger) -> None:
    first, second = ledger.begin(FOX), ledger.begin(replace(FOX, job_id="foxfox33"))
    begun(ledger, "aaaaaaaa", "submitted")
    ledger.update(first.job_id, state="submitted")
    found = ledger.same_request("key-of-the-fox", ("submitted", "submitting"), limit=5)
    assert [job.job_id for job in found] == ["foxfox33", "foxfox22"]
    newest = ledger.same_request("key-of-the-fox", ("submitted", "submitting"), limit=1)
    assert [job.job_id for job in newest] == ["foxfox33"]
    assert [job.job_id for job in ledger.same_request("key-of-the-fox", ("submitted",), limit=5)] == ["foxfox22"]
    assert ledger.same_request(second.request_key, ("ready",), limit=5) == []


def test_an_unknown_job_stops_only_its_own_kind(ledger: Ledger) -> None:
    ledger.begin(FOX)
    ledger.update("foxfox22", state="unknown", request_id="r-1")
    with pytest.raises(UnknownOutcomeError) as refusal:
        ledger.begin(replace(FOX, job_id="foxfox33"))
    assert (refusal.value.job_id, refusal.value.request_id) == ("foxfox22", "r-1")
    assert [job.job_id for job in ledger.jobs()] == ["foxfox22"]
    assert ledger.begin(replace(FOX, job_id="owlowl22", request_key="owl")).job_id == "owlowl22"
    ledger.update("foxfox22", state="not-sent")
    assert ledger.begin(replace(FOX, job_id="foxfox33")).job_id == "foxfox33"


def test_files_are_chosen_then_saved(ledger: Ledger) -> None:
    ledger.begin(FOX)
    ledger.choose("foxfox22", JobFile(index=1, path="/tmp/b.png", sha256="bb", bytes=2))
    ledger.choose("foxfox22", JobFile(index=0, path="/tmp/a.png", sha256="aa", bytes=1, saved=True))
    assert ledger.get("foxfox22").files == (
        JobFile(index=0, path="/tmp/a.png", sha256="aa", bytes=1),
        JobFile(index=1, path="/tmp/b.png", sha256="bb", bytes=2),
    )
    ledger.mark_saved("foxfox22", 0)
    assert [file.saved for file in ledger.get("foxfox22").files] == [True, False]
    ledger.choose("foxfox22", JobFile(index=0, path="/tmp/a-2.png", sha256="aa", bytes=1))
    [job] = ledger.jobs()
    assert [(file.path, file.saved) for file in job.files] == [("/tmp/a-2.png", False), ("/tmp/b.png", False)]
    with pytest.raises(InternalError, match="no file 5"):
        ledger.mark_saved("foxfox22", 5)
    with pytest.raises(UsageError, match="There is no job `nojob`"):
        ledger.choose("nojob", JobFile(index=0, path="/tmp/a.png", sha256="aa", bytes=1))


def test_a_job_of_this_process_can_be_claimed_again_and_stays_what_it_is(ledger: Ledger) -> None:
    job = ledger.begin(FOX)
    assert ledger.claim("foxfox22") == job
    saved = begun(ledger, "aaaaaaaa", "saved")
    assert ledger.claim("aaaaaaaa") == saved
    with pytest.raises(UsageError):
        ledger.claim("nojob")


def test_a_released_job_belongs_to_whoever_claims_it(ledger: Ledger) -> None:
    begun(ledger, "aaaaaaaa", "submitted")
    begun(ledger, "bbbbbbbb")
    ledger.release("aaaaaaaa")
    ledger.release("bbbbbbbb")
    released = [(job.state, job.owner) for job in ledger.jobs(newest_first=False)]
    assert released == [("submitted", None), ("unknown", None)]
    claimed = ledger.claim("aaaaaaaa")
    assert claimed is not None
    assert claimed.owner is not None


def test_a_submitting_job_that_nobody_owns_is_unknown(ledger: Ledger) -> None:
    ledger.begin(FOX)
    with ledger._store.writing() as db:
        db.execute("UPDATE jobs SET owner = NULL")
    assert [(job.job_id, job.state) for job in ledger.recover()] == [("foxfox22", "unknown")]
