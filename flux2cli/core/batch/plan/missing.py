"""Refuses to pay for a whole folder again that is only in another place."""

from flux2cli.core.batch.preflight import Preflight
from flux2cli.errors import UsageError

_MANY = 3


def check_missing(found: Preflight, *, remake: bool) -> None:
    """UsageError when many recorded images are to be made again and none is there: the folder may only be elsewhere."""
    gone = sum(todo.state == "missing" and todo.action == "send" for todo in found.todo)
    there = sum(found.states.values()) - found.states["missing"] - found.states["new"]
    if gone >= _MANY and not there and not remake:
        raise UsageError(
            f"{gone} images are on record, and none of them is there.",
            hint="restore them (a backup, `git checkout`, `git lfs pull`); --remake-missing makes them again",
        )
