"""The states of a row, in their order, and what a run does about each."""

from dataclasses import replace
from typing import Any

import pytest

from flux2cli.core.batch.claims import RecordedRow
from flux2cli.core.batch.plan.judge import Choices, RowFacts, judge
from flux2cli.core.batch.plan.record import ImageRecord
from flux2cli.core.batch.resume import RetryChoice

HERO = ImageRecord(path="/out/hero.png", job_id="j1", created_at="2026-11-25T10:00:00Z", sha256="a", bytes=4, key="k")
THERE = RowFacts(records=(HERO,), match="key", images=("recorded",), cwd="/out")
NONE = RowFacts(cwd="/out")
PLAIN = Choices()


def job(state: Any, **more: Any) -> RecordedRow:
    facts = {"job_id": "j2", "created_at": "2026-11-25T11:00:00Z", "owner": None, "error_code": None, "sandbox": False}
    return RecordedRow(key="k", state=state, files=(), **{**facts, **more})


@pytest.mark.parametrize(
    ("facts", "state", "action"),
    [
        (replace(THERE, job=job("submitting"), alive=True), "running", "await"),
        (replace(THERE, job=job("submitted"), alive=True), "running", "await"),
        (replace(THERE, job=job("submitted")), "ready", "collect"),
        (replace(NONE, job=job("ready")), "ready", "collect"),
        (replace(THERE, occupant="conflict"), "conflict", "keep"),
        (replace(THERE, occupant="conflict", settles=True), "conflict", "settle"),
        (replace(NONE, occupant="unreadable"), "unreadable", "keep"),
        (replace(NONE, occupant="file", place="/out/hero.png"), "foreign", "refuse"),
        (replace(NONE, occupant="other row", place="/out/hero.png"), "foreign", "refuse"),
        (replace(THERE, images=("other",)), "edited", "keep"),
        (replace(THERE, images=("other",), match="id", changes=("prompt",)), "edited", "keep"),
        (replace(THERE, place="/out/big/hero.png"), "placed elsewhere", "skip"),
        (replace(THERE, place="/out/x.png", match="id", changes=("seed",)), "placed elsewhere", "refuse"),
        (replace(THERE, place="/out/x.png", images=("none",)), "missing", "send"),
        (replace(THERE, records=(replace(HERO, sandbox=True),)), "sandbox", "send"),
        (replace(THERE, records=(replace(HERO, sandbox=True),), counts_sandbox=True), "done", "skip"),
        (THERE, "done", "skip"),
        (replace(THERE, in_sandbox=True, match="id", changes=("prompt",)), "done", "skip"),
        (replace(THERE, in_sandbox=True, images=("none",)), "done", "skip"),
        (replace(THERE, match="request"), "done", "skip"),
        (replace(THERE, match="like"), "done", "skip"),
        (replace(THERE, job=job("failed")), "done", "skip"),
        (replace(THERE, job=job("unknown")), "done", "skip"),
        (replace(THERE, images=("pointer",)), "pointer", "skip"),
        (replace(NONE, job=job("unknown")), "unknown", "report"),
        (replace(NONE, job=job("submitting")), "unknown", "report"),
        (replace(NONE, job=job("moderated")), "refused", "report"),
        (replace(NONE, job=job("failed", error_code="usage")), "refused", "report"),
        (replace(THERE, match="id", changes=("prompt",)), "changed", "refuse"),
        (replace(THERE, match="id", changes=("prompt",), job=job("moderated")), "refused", "report"),
        (replace(THERE, images=("none",)), "missing", "send"),
        (replace(THERE, images=("broken",)), "missing", "send"),
        (replace(THERE, count=2), "missing", "send"),
        (replace(NONE, job=job("saved")), "missing", "send"),
        (NONE, "new", "send"),
        (replace(THERE, match="id", changes=("prompt",), images=("none",)), "new", "send"),
        (replace(NONE, job=job("not-sent")), "new", "send"),
        (replace(NONE, job=job("failed", error_code="provider_failed")), "new", "send"),
    ],
)  # fmt: skip
def test_the_first_state_that_fits(facts: RowFacts, state: str, action: str) -> None:
    verdict = judge(facts, PLAIN)

    assert (verdict.state, verdict.action) == (state, action)
    assert verdict.records == facts.records


@pytest.mark.parametrize(
    ("facts", "choices", "action"),
    [
        (replace(THERE, match="id", changes=("prompt",)), Choices(update=True), "send"),
        (replace(THERE, match="id", changes=("prompt",)), Choices(overwrite=True), "send"),
        (replace(NONE, occupant="file", place="/out/hero.png"), Choices(overwrite=True), "send"),
        (replace(THERE, images=("other",)), Choices(adopt=True), "adopt"),
        (replace(THERE, images=("other",)), Choices(remake=True), "send"),
        (replace(THERE, images=("other",)), Choices(update=True), "keep"),
        (replace(NONE, occupant="unreadable"), Choices(remake=True), "send"),
        (THERE, Choices(remake=True), "send"),
        (replace(NONE, job=job("unknown")), Choices(retry=RetryChoice(unknown=True)), "send"),
        (replace(NONE, job=job("moderated")), Choices(retry=RetryChoice(moderated=True)), "send"),
        (replace(NONE, job=job("failed", error_code="usage")), Choices(retry=RetryChoice(failed=True)), "send"),
        (THERE, Choices(update=True, overwrite=True, adopt=True), "skip"),
    ],
)
def test_what_the_user_can_choose(facts: RowFacts, choices: Choices, action: str) -> None:
    assert judge(facts, choices).action == action


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (replace(THERE, images=("none",)), "hero.png is gone"),
        (replace(THERE, images=("broken",)), "hero.png is not whole"),
        (replace(THERE, images=("other",)), "hero.png has other bytes than its record"),
        (replace(THERE, count=3), "1 of 3 images are there"),
        (replace(THERE, place="/out/big/hero.png"), "hero.png moves to big/hero.png"),
        (replace(THERE, match="id", changes=("prompt", "input logo.png")), "changed: prompt, input logo.png"),
        (replace(THERE, match="like"), "the same request, to another endpoint"),
        (replace(NONE, job=job("unknown")), "whether job j2 was accepted is not known"),
        (replace(NONE, job=job("failed", error_code="moderated")), "job j2 was moderated"),
        (replace(NONE, occupant="file", place="/out/hero.png"), "a file without a record is at hero.png"),
    ],
)
def test_reasons_are_said(facts: RowFacts, reason: str) -> None:
    assert judge(facts, PLAIN).reasons[0] == reason


def test_a_record_that_is_newer_than_the_job_counts() -> None:
    """Somebody pulled a newer image than the job that this machine left behind."""
    left = job("submitted", created_at="2026-11-24T09:00:00Z")

    assert judge(replace(THERE, job=left), PLAIN).state == "done"
    assert judge(replace(THERE, job=replace(left, job_id="j1")), PLAIN).state == "ready"


@pytest.mark.parametrize(
    ("facts", "is_settled"),
    [
        (THERE, True),
        (replace(THERE, images=("other",)), True),
        (replace(THERE, images=("other",), match="id", changes=("seed",)), False),
        (replace(THERE, occupant="conflict"), False),
        (replace(THERE, occupant="conflict", settles=True), True),
        (replace(NONE, occupant="unreadable"), False),
    ],
)
def test_what_is_left_to_decide(facts: RowFacts, is_settled: bool) -> None:
    assert judge(facts, PLAIN).is_settled is is_settled


def test_a_moved_row_is_moved_to_its_place() -> None:
    assert judge(replace(THERE, place="/out/big/hero.png"), PLAIN).place == "/out/big/hero.png"
    assert judge(replace(THERE, place="/out/hero.png"), PLAIN).place is None
