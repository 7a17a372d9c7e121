"""A folder that is only elsewhere is not paid for again."""

import pytest

from flux2cli.core.batch.plan.missing import check_missing
from flux2cli.core.batch.plan.verdict import PlanState
from flux2cli.core.batch.preflight import PendingRow, Preflight
from flux2cli.core.batch.resume import Action
from flux2cli.errors import UsageError


def found(*rows: tuple[PlanState, Action]) -> Preflight:
    seen = Preflight()
    for number, (state, action) in enumerate(rows, start=1):
        seen.states[state] += 1
        seen.gone += (state, action) == ("missing", "send")
        if action != "skip":
            seen.todo.append(PendingRow(number=number, key="k", provider="fal", action=action, known=None, state=state))
    return seen


GONE: tuple[PlanState, Action] = ("missing", "send")


@pytest.mark.parametrize(
    "rows",
    [
        [GONE, GONE],
        [GONE, GONE, GONE, ("done", "skip")],
        [("missing", "restore")] * 5,
        [("new", "send")] * 5,
        [GONE, GONE, GONE, ("edited", "keep")],
    ],
)
def test_what_may_begin(rows: list[tuple[PlanState, Action]]) -> None:
    check_missing(found(*rows), remake=False)


def test_many_images_of_which_none_is_there() -> None:
    seen = found(GONE, GONE, GONE, ("new", "send"))

    with pytest.raises(UsageError, match="3 images are on record, and none of them is there"):
        check_missing(seen, remake=False)
    check_missing(seen, remake=True)
