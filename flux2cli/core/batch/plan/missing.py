"""Refuses to pay for a whole folder again that is only in another place."""

from flux2cli.core.batch.plan.verdict import PlanState
from flux2cli.core.batch.preflight import Preflight
from flux2cli.errors import UsageError

_MANY = 3
_THERE: tuple[PlanState, ...] = ("done", "pointer", "edited", "changed", "placed elsewhere", "sandbox", "conflict")
"""States of rows whose images are there."""


def check_missing(found: Preflight, *, remake: bool) -> None:
    """UsageError when many recorded images are to be made again and none is there: the folder may only be elsewhere."""
    there = sum(found.states[state] for state in _THERE)
    if found.gone >= _MANY and not there and not remake:
        raise UsageError(
            f"{found.gone} images are on record, and none of them is there.",
            hint="restore them (a backup, `git checkout`, `git lfs pull`); --remake-missing makes them again",
        )
