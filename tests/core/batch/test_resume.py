"""What a batch does with a row that an earlier run has begun."""

import pytest

from flux2cli.core.batch.resume import Action, RetryChoice, decide
from flux2cli.core.job.job import State

ALL = RetryChoice(failed=True, moderated=True, unknown=True)


DECISIONS: list[tuple[State, str | None, bool, Action, Action]] = [
    # state, error code, alive, action by itself, action with all three flags
    ("submitting", None, True, "await", "await"),
    ("submitting", None, False, "report", "send"),
    ("submitted", None, True, "await", "await"),
    ("submitted", None, False, "collect", "collect"),
    ("ready", None, True, "await", "await"),
    ("ready", None, False, "collect", "collect"),
    ("unknown", "unknown", False, "report", "send"),
    ("not-sent", "network", False, "send", "send"),
    ("not-sent", "rate_limited", False, "send", "send"),
    ("not-sent", None, False, "send", "send"),
    ("failed", "provider_failed", False, "send", "send"),
    ("failed", "internal", False, "send", "send"),
    ("failed", "usage", False, "report", "send"),
    ("failed", "moderated", False, "report", "send"),
    ("rejected", "usage", False, "report", "send"),
    ("rejected", "auth", False, "send", "send"),
    ("rejected", "balance", False, "send", "send"),
    ("rejected", "provider_failed", False, "send", "send"),
    ("rejected", "moderated", False, "report", "send"),
    ("moderated", "moderated", False, "report", "send"),
    ("cancelled", "cancelled", False, "report", "send"),
    ("expired", "expired", False, "report", "send"),
]


@pytest.mark.parametrize(("state", "code", "alive", "alone", "asked"), DECISIONS)
def test_what_is_done_with_a_row(state: State, code: str | None, alive: bool, alone: Action, asked: Action) -> None:
    assert decide(state, error_code=code, present=False, alive=alive, retry=RetryChoice()) == alone
    assert decide(state, error_code=code, present=False, alive=alive, retry=ALL) == asked


def test_a_saved_row_is_done_while_its_files_are_there() -> None:
    assert decide("saved", error_code=None, present=True, alive=False, retry=ALL) == "skip"
    assert decide("saved", error_code=None, present=False, alive=False, retry=RetryChoice()) == "send"


def test_each_flag_sends_its_own_kind_only() -> None:
    ends: list[tuple[State, str]] = [
        ("failed", "usage"), ("moderated", "moderated"), ("rejected", "moderated"), ("unknown", "unknown"),
    ]  # fmt: skip
    flags = [RetryChoice(failed=True), RetryChoice(moderated=True), RetryChoice(unknown=True)]

    sent = [[decide(s, error_code=c, present=False, alive=False, retry=f) == "send" for s, c in ends] for f in flags]

    assert sent == [[True, False, False, False], [False, True, True, False], [False, False, False, True]]
