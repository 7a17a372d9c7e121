"""The errors: their code words, exit codes and whether to try again, as scripts know them."""

import pytest

from flux2cli.errors import BY_CODE, Flux2Error, InterruptedRunError, UsageError, WrongValue

CONTRACT = {
    "internal": (1, "unsafe", True),
    "usage": (2, "never", False),
    "auth": (3, "never", True),
    "balance": (4, "never", True),
    "budget": (4, "never", True),
    "network": (5, "safe", True),
    "rate_limited": (5, "safe", True),
    "moderated": (6, "never", False),
    "provider_failed": (7, "safe", False),
    "not_saved": (8, "unsafe", False),
    "expired": (8, "unsafe", False),
    "unknown": (9, "unsafe", False),
    "partial": (10, "unsafe", False),
    "mismatch": (11, "never", False),
    "not_as_asked": (12, "never", False),
    "timeout": (124, "unsafe", False),
}


def test_each_code_word_has_its_exit_code_retry_and_whether_it_ends_a_run() -> None:
    assert {code: (kind.exit_code, kind.retry, kind.halts) for code, kind in BY_CODE.items()} == CONTRACT


def test_whether_an_error_ends_a_run_can_be_said_of_one() -> None:
    assert Flux2Error("no", halts=True).halts is True
    assert Flux2Error("no").halts is False


@pytest.mark.parametrize("code", [130, 141, 143])
def test_an_interruption_has_the_code_of_its_signal(code: int) -> None:
    assert InterruptedRunError("stopped", exit_code=code).exit_code == code


@pytest.mark.parametrize(
    ("value", "before", "flag", "column"),
    [
        ("99", "", "`--steps 99` is above 50.", "`99` is above 50."),
        (None, "", "`--steps` is above 50.", "`steps` is above 50."),
        (None, "5 ", "5 `--steps` is above 50.", "5 `steps` is above 50."),
    ],
)
def test_a_wrong_value_is_worded_for_its_front(value: str | None, before: str, flag: str, column: str) -> None:
    wrong = WrongValue(about="steps", flag="--steps", clause="is above 50", value=value, before=before)

    assert (wrong.for_flag(), wrong.for_column()) == (flag, column)
    assert UsageError.of_value(wrong).message == flag
    assert UsageError.of_value(wrong).about == "steps"
