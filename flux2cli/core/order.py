"""What a command asks the engine for: a validated request and how to run it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flux2cli.core.batch.claims import RowClaim
from flux2cli.core.budget import DayBudget
from flux2cli.core.job import Output
from flux2cli.core.request import Request
from flux2cli.providers.wire import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTag:
    """The row of a batch that a request is for: its id and key below an output root, and its own fields for names."""

    key: str
    root: str
    id: str | None = None
    meta: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One request to run. `timeout` is seconds from its submit, None for no limit; `wait` False leaves it running.

    `strict` looks at every image's pixels.
    """

    request: Request
    target: Target
    output: Output
    label: str | None = None
    wait: bool = True
    timeout: float | None = None
    resubmit_unknown: bool = False
    strict: bool = False
    budget: DayBudget | None = None
    row: RowTag | None = None
    claim: RowClaim | None = None
    """With `row`: what the batch knew of the row when it decided to send it."""
