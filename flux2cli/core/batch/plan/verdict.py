"""What a plan says of one row: its state, why, and what a run does about it."""

from dataclasses import dataclass
from typing import Literal

from flux2cli.core.batch.plan.record_index import Records
from flux2cli.core.batch.resume import Action

PlanState = Literal[
    "running", "ready", "conflict", "unreadable", "foreign", "edited", "placed elsewhere", "sandbox", "done", "pointer",
    "unknown", "refused", "changed", "missing", "new", "orphan",
]  # fmt: skip
"""The state of a row, or of a record without one, in the order in which a plan asks for them."""

IN_ORDER: tuple[PlanState, ...] = ("done", "pointer")
"""States in which `--check` finds nothing to do; `running` and `ready` come from the ledger, which it does not read."""

ImageState = Literal["recorded", "pointer", "other", "broken", "none"]
"""What is at an image's path: the recorded image, a Git LFS pointer to it, a whole image with other bytes, something
that is no whole image, or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The state of a row, its reasons in words, and the action of a run.

    `records` are those of the row's images, whose places a new image takes. `place` is the absolute path to which they
    are moved first, None to leave them; `replaces`: what is there now makes room. `is_settled` False: the action leaves
    something to decide (exit 10).
    """

    state: PlanState
    action: Action
    reasons: tuple[str, ...] = ()
    records: Records = ()
    place: str | None = None
    replaces: bool = False
    name: str = ""
    """The image that a refusal is about, as messages name it."""
    is_overwritable: bool = True
    """Whether `--overwrite` lets the run replace that image."""
    is_settled: bool = True
