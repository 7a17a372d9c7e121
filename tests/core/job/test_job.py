"""The states of a job: what follows what, and what is left to do in each."""

from dataclasses import replace
from typing import get_args

from support.ledger_files import FOX

from flux2cli.core.job.job import NEXT, SETTLED, UNSETTLED, State
from flux2cli.wire import Result


def test_every_state_is_settled_or_not() -> None:
    assert sorted((*SETTLED, *UNSETTLED)) == sorted(get_args(State))
    assert not set(SETTLED) & set(UNSETTLED)


def test_what_is_settled_stays_but_for_what_was_not_sent_and_what_may_have_a_result_all_the_same() -> None:
    assert {state: NEXT[state] for state in SETTLED if state in NEXT} == {
        "not-sent": ("submitting",),
        "failed": ("ready",),
        "expired": ("ready",),
    }
    assert set(UNSETTLED) <= set(NEXT)


def test_the_seed_is_the_one_that_came_back_else_the_one_that_was_sent() -> None:
    assert FOX.effective_seed == 7
    assert replace(FOX, result=Result(images=(), seed=9)).effective_seed == 9
    assert replace(FOX, result=Result(images=(), seed=None)).effective_seed == 7
    assert replace(FOX, result=Result(images=(), seed=0)).effective_seed == 0
    assert replace(FOX, seed=None).effective_seed is None
